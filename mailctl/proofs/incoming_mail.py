"""Mail from the world reaches a mailbox through LMTP and is read by every protocol (talk, "MDA").

The Received line that Dovecot writes names LMTP (RFC 2033; RFC 3848 for the word).
"""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import header_values, letter
from mailctl.proofs.people import recipient_on, store_of, stranger
from mailctl.proofs.reading import IMAP, IMAPS, POP3, POP3S, open_mailbox, wait_by_pop3


def _try(ground: Ground, host: Host) -> str:
    user = recipient_on(ground.system, host)
    sender = stranger(ground)
    sent = letter(PROOF.id, sender, str(user.address))
    ground.outside.send(sent.message, sender, str(user.address))
    read = _by_imap(ground, user, sent.token) + _by_pop3(ground, user, sent.token)
    return f"{sender} wrote to {user.address}: Received with LMTP; read on {', '.join(read)}"


def _by_imap(ground: Ground, user: User, token: str) -> list[str]:
    if not store_of(ground.system, user).protocols.imap:
        return []
    for port in (IMAPS, IMAP):
        with open_mailbox(ground, user, port) as mailbox:
            _came_by_lmtp(mailbox.wait_for(token))
    return ["IMAP 993", "IMAP 143 after STARTTLS"]


def _by_pop3(ground: Ground, user: User, token: str) -> list[str]:
    if not store_of(ground.system, user).protocols.pop3:
        return []
    for port in (POP3S, POP3):
        _came_by_lmtp(wait_by_pop3(ground, user, token, port))
    return ["POP3 995", "POP3 110 after STLS"]


def _came_by_lmtp(raw: bytes) -> None:
    if not any(" with LMTP" in value for value in header_values(raw, "Received")):
        raise Refuted("no Received header of the message says `with LMTP`")


PROOF = Statement(
    id="incoming-mail",
    statement="mail from outside arrives through LMTP and is read by IMAP and POP3",
    attempt=_try,
)
