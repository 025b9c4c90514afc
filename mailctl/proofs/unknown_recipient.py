"""Mail to nobody is refused while the sender still listens (RFC 5321, 3.3; RFC 3463: 5.1.1)."""

from __future__ import annotations

from mailctl.model.domain import Domain
from mailctl.model.host import Host, Role
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import new_token
from mailctl.proofs.people import stranger
from mailctl.proofs.smtp_dialogue import SmtpDialogue


def _try(ground: Ground, host: Host) -> str:
    if not host.has(Role.MX):
        raise NotApplicable(f"{host.name} receives no mail from the world")
    domains = tuple(
        domain
        for domain in ground.system.domains.values()
        if domain.parked or (host.name in domain.mx and domain.catch_all is None)
    )
    if not domains:
        raise NotApplicable(f"{host.name} receives only for domains with a catch-all")
    return "; ".join(_refusal(ground, host, domain) for domain in domains)


def _refusal(ground: Ground, host: Host, domain: Domain) -> str:
    """What RCPT to nobody says; a parked domain is as foreign as any other."""
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        dialogue.ehlo()
        dialogue.expect(f"MAIL FROM:<{stranger(ground)}>", "250")
        answer = dialogue.say(f"RCPT TO:<{new_token('nobody')}@{domain.name}>")
    expected = ("550", "554") if domain.parked else ("550 5.1.1",)
    if not answer.lines[-1].startswith(expected):
        raise Refuted(f"RCPT to nobody in {domain.name} is answered `{answer}`")
    return f"{domain.name}{' (parked)' if domain.parked else ''}: {answer}"


PROOF = Statement(
    id="unknown-recipient",
    statement="an unknown recipient is refused at RCPT with 550 5.1.1",
    attempt=_try,
    harmless=True,
)
