"""What port 25 offers to the world's mail servers (talk, "SMTP")."""

from __future__ import annotations

from mailctl.model.host import Host, Role
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.slide_session import must_offer
from mailctl.proofs.smtp_dialogue import SmtpDialogue

_OFFERED = (
    "SIZE",
    "8BITMIME",
    "STARTTLS",
    "ENHANCEDSTATUSCODES",
    "PIPELINING",
    "CHUNKING",
    "SMTPUTF8",
    "DSN",
)


def _try(ground: Ground, host: Host) -> str:
    if not host.has(Role.MX):
        raise NotApplicable(f"{host.name} receives no mail from the world")
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        if not dialogue.greeting.begins(f"220 {host.fqdn} "):
            raise Refuted(f"the greeting is `{dialogue.greeting}`, not 220 with {host.fqdn}")
        offered = dialogue.ehlo().keywords[1:]
        must_offer(offered, _OFFERED)
        size = f"SIZE {host.limits.message_size}"
        if size not in offered:
            raise Refuted(f"the spec says {size}, EHLO offers {', '.join(offered)}")
        return f"{dialogue.greeting}; {', '.join(offered)}"


PROOF = Statement(
    id="smtp-extensions",
    statement="port 25 greets with the host's name and offers the talk's list of extensions",
    attempt=_try,
    harmless=True,
)
