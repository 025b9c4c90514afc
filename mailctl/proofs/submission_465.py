"""The slide's session on port 465, TLS from the first byte (RFC 8314, 3.3)."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import senders
from mailctl.proofs.slide_session import hold_session
from mailctl.proofs.smtp_dialogue import SmtpDialogue
from mailctl.proofs.submission import SUBMISSIONS


def _try(ground: Ground, host: Host) -> str:
    senders(ground.system, host)
    client = ground.next_client()
    with SmtpDialogue(address_of(host), SUBMISSIONS, client, tls=True) as dialogue:
        return f"TLS at once; {hold_session(ground, host, dialogue, PROOF.id)}"


PROOF = Statement(
    id="submission-465",
    statement="the same session works word for word on 465 under implicit TLS",
    attempt=_try,
)
