"""Passwords travel under TLS only, and never on port 25 (RFC 4954, 4; RFC 8314, 4.1)."""

from __future__ import annotations

from mailctl.model.host import Host, Role
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.smtp_dialogue import SmtpDialogue
from mailctl.proofs.submission import SUBMISSION

_TRIED = ("nobody@proof.invalid", "in-the-clear")
"""Not a password of anybody: what a clear-text AUTH shows must not matter."""


def _try(ground: Ground, host: Host) -> str:
    tried = []
    if host.has(Role.MX):
        tried += _never_on_25(ground, host)
    if host.has(Role.SUBMISSION):
        tried += _after_tls_on_587(ground, host)
    if not tried:
        raise NotApplicable(f"{host.name} speaks SMTP with nobody")
    return "; ".join(tried)


def _never_on_25(ground: Ground, host: Host) -> list[str]:
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        before = _refusal(dialogue, "on 25")
        dialogue.start_tls()
        after = _refusal(dialogue, "on 25 after STARTTLS")
    return [f"25: AUTH is answered `{before}`, after STARTTLS `{after}`"]


def _after_tls_on_587(ground: Ground, host: Host) -> list[str]:
    with SmtpDialogue(address_of(host), SUBMISSION, ground.next_client()) as dialogue:
        before = _refusal(dialogue, "on 587 before TLS")
        dialogue.start_tls()
        if not _offers_authentication(dialogue):
            raise Refuted("587 offers no AUTH after STARTTLS")
    return [f"587: AUTH before TLS is answered `{before}`, after it is offered"]


def _refusal(dialogue: SmtpDialogue, where: str) -> str:
    """What AUTH is answered where it is not offered; Refuted when it is offered or taken."""
    if _offers_authentication(dialogue):
        raise Refuted(f"AUTH is offered {where}")
    answer = dialogue.login(*_TRIED)
    if answer.code not in {502, 503, 530, 538}:
        raise Refuted(f"AUTH {where} is answered `{answer}` instead of being unknown")
    return str(answer)


def _offers_authentication(dialogue: SmtpDialogue) -> bool:
    return any(word.upper().startswith("AUTH") for word in dialogue.ehlo().keywords[1:])


PROOF = Statement(
    id="authentication-under-tls",
    statement="AUTH is offered on 587 after TLS only, and on port 25 never",
    attempt=_try,
    harmless=True,
)
