"""The host relays for nobody: every classic way of asking is refused (RFC 5321, 7.2; RFC 2505).

The forms are those that relay testers have tried since the nineties: the percent hack
(RFC 1123, 5.2.16), bang paths, source routes (RFC 5321, appendix C), quoted local parts, address
literals, doubled domains, and senders that look like ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.host import Host, Role
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.callers import Callers
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import recipient_on, stranger

_A_SESSION = 4
"""Forms tried on one connection: after more errors servers slow down or hang up."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way of asking; `recipient` is the whole path, with its angle brackets or without."""

    name: str
    recipient: str
    sender: str


def forms(ground: Ground, host: Host) -> tuple[Form, ...]:
    """All ways, for this host; the victim is always in the world outside."""
    ours = recipient_on(ground.system, host).address
    here, there, literal = ours.domain, ground.outside.domain, f"[{address_of(host)}]"
    victim = f"victim@{there}"
    anybody = stranger(ground)
    recipients = (
        ("plain", f"<{victim}>"),
        ("without brackets", victim),
        ("upper case", f"<{victim.upper()}>"),
        ("trailing dot", f"<{victim}.>"),
        ("percent hack", f"<victim%{there}@{here}>"),
        ("percent hack at the host's name", f"<victim%{there}@{host.fqdn}>"),
        ("percent hack at our literal", f"<victim%{there}@{literal}>"),
        ("percent hack at localhost", f"<victim%{there}@localhost>"),
        ("percent hack without a domain", f"<victim%{there}>"),
        ("twofold percent hack", f"<victim%{there}%{here}@{here}>"),
        ("bang path", f"<{there}!victim>"),
        ("bang path at our domain", f"<{there}!victim@{here}>"),
        ("bang path through us", f"<{here}!{there}!victim>"),
        ("bang path at our literal", f"<{there}!victim@{literal}>"),
        ("source route", f"<@{here}:{victim}>"),
        ("source route through the host", f"<@{host.fqdn},@{here}:{victim}>"),
        ("quoted", f'<"{victim}">'),
        ("quoted at our domain", f'<"{victim}"@{here}>'),
        ("quoted percent hack at our domain", f'<"victim%{there}"@{here}>'),
        ("quoted bang path at our domain", f'<"{there}!victim"@{here}>'),
        ("quoted local part", f'<"victim"@{there}>'),
        ("quoted at our literal", f'<"{victim}"@{literal}>'),
        ("two domains, ours last", f"<{victim}@{here}>"),
        ("two domains, ours first", f"<{ours}@{there}>"),
        ("two domains, our literal last", f"<{victim}@{literal}>"),
        ("address literal outside", f"<victim@[{ground.outside.address}]>"),
        ("IPv6 literal outside", "<victim@[IPv6:2001:db8::dead]>"),
        ("no domain after the @", "<victim@>"),
        ("no local part", f"<@{there}>"),
        ("two recipients in one path", f"<{victim},{ours}>"),
        ("subdomain of ours", f"<victim@relay.{here}>"),
        ("comment", f"<victim(relay)@{there}>"),
        ("colon path", f"<{there}:victim@{here}>"),
    )
    senders = (
        ("empty sender", ""),
        ("our own user as the sender", str(ours)),
        ("the host as the sender", f"postmaster@{host.fqdn}"),
        ("our literal as the sender", f"postmaster@{literal}"),
        ("the recipient as the sender", victim),
        ("localhost as the sender", "root@localhost"),
    )
    return tuple(Form(name, path, anybody) for name, path in recipients) + tuple(
        Form(name, f"<{victim}>", sender) for name, sender in senders
    )


def _try(ground: Ground, host: Host) -> str:
    if not host.has(Role.MX):
        raise NotApplicable(f"{host.name} receives no mail from the world")
    callers = Callers(ground, host)
    _accepts_its_own(ground, host, callers)
    asked = forms(ground, host)
    shown: list[str] = []
    for first in range(0, len(asked), _A_SESSION):
        shown += _refusals(callers, asked[first : first + _A_SESSION])
    return f"{len(asked)} forms refused: {'; '.join(shown)}"


def _accepts_its_own(ground: Ground, host: Host, callers: Callers) -> None:
    """The control: such a client and sender reach a mailbox of ours, so they are not barred."""
    with callers.call() as dialogue:
        dialogue.expect(f"MAIL FROM:<{stranger(ground)}>", "250")
        dialogue.expect(f"RCPT TO:<{recipient_on(ground.system, host).address}>", "250")


def _refusals(callers: Callers, asked: tuple[Form, ...]) -> list[str]:
    """Each form's name and the reply that refused it; nothing is sent in any case."""
    shown = []
    with callers.call() as dialogue:
        for form in asked:
            answer = dialogue.say(f"MAIL FROM:<{form.sender}>")
            if answer.accepted:
                answer = dialogue.say(f"RCPT TO:{form.recipient}")
            if answer.accepted:
                raise Refuted(
                    f"{form.name}: MAIL FROM:<{form.sender}> RCPT TO:{form.recipient} "
                    f"is answered `{answer}`"
                )
            shown.append(f"{form.name} {answer.lines[-1][:9].rstrip()}")
            dialogue.expect("RSET", "250")
    return shown


PROOF = Statement(
    id="no-relay",
    statement="relaying is refused to strangers in every classic form",
    attempt=_try,
    harmless=True,
)
