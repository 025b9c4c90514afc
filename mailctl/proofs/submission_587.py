"""The slide's session on port 587 after STARTTLS (RFC 6409, RFC 3207; talk, "MSA")."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import senders
from mailctl.proofs.slide_session import hold_session, must_offer
from mailctl.proofs.smtp_dialogue import SmtpDialogue
from mailctl.proofs.submission import SUBMISSION


def _try(ground: Ground, host: Host) -> str:
    senders(ground.system, host)
    with SmtpDialogue(address_of(host), SUBMISSION, ground.next_client()) as dialogue:
        must_offer(dialogue.ehlo().keywords[1:], ("STARTTLS",))
        dialogue.start_tls()
        return f"STARTTLS; {hold_session(ground, host, dialogue, PROOF.id)}"


PROOF = Statement(
    id="submission-587",
    statement="the talk's submission session works word for word on 587 after STARTTLS",
    attempt=_try,
)
