"""Only CRLF . CRLF ends a message (RFC 5321, 4.1.1.4): nothing is smuggled in behind another end.

The ends are those of the SMTP smuggling reports of December 2023 and their variants.
"""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.callers import Callers
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import new_token
from mailctl.proofs.people import recipient_on, store_of, stranger
from mailctl.proofs.reading import open_mailbox

ENDS: tuple[bytes, ...] = (
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"\r\n.\r",
    b"\r.\r\n",
    b"\n.\r",
    b"\r.\n",
    b"\r\r\n.\r\r\n",
    b"\r\n.\r\r\n",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
)


def _try(ground: Ground, host: Host) -> str:
    user = recipient_on(ground.system, host)
    callers = Callers(ground, host)
    tokens = {}
    shown = []
    for end in ENDS:
        tokens[end] = new_token(PROOF.id)
        shown.append(
            f"{_spelled(end)} {_one_answer(callers, stranger(ground), user, end, tokens[end])}"
        )
    if store_of(ground.system, user).protocols.imap:  # the answers alone tell it, too
        _none_smuggled(ground, user, tokens)
    return "; ".join(shown)


def _one_answer(callers: Callers, sender: str, user: User, end: bytes, token: str) -> str:
    """Send two messages in one; Refuted when more than one answer follows the data."""
    with callers.call() as dialogue:
        dialogue.expect(f"MAIL FROM:<{sender}>", "250")
        dialogue.expect(f"RCPT TO:<{user.address}>", "250")
        dialogue.expect("DATA", "354")
        head = f"From: {sender}\r\nTo: {user.address}\r\nSubject: outer {token}\r\n\r\nouter"
        envelope = f"MAIL FROM:<root@localhost>\r\nRCPT TO:<{user.address}>\r\nDATA\r\n"
        inner = f"From: {sender}\r\nSubject: smuggled {token}\r\n\r\nsmuggled\r\n.\r\nQUIT\r\n"
        dialogue.send(head.encode() + end + (envelope + inner).encode())
        answers = dialogue.rest().decode("utf-8", "replace").splitlines()
    # one for the whole data and one for QUIT, or a single refusal of the data
    codes = [answer[:3] for answer in answers if answer[3:4] != "-"]
    if codes.count("250") > 1 or "354" in codes or len(codes) > 2:
        raise Refuted(f"{_spelled(end)} ended a message: {answers}")
    return "refused " + answers[0] if "250" not in codes else "is text"


def _none_smuggled(ground: Ground, user: User, tokens: dict[bytes, str]) -> None:
    """No message in the mailbox has the inner subject as its own."""
    with open_mailbox(ground, user) as mailbox:
        for end, token in tokens.items():
            for _, raw in mailbox.locate(f"smuggled {token}"):
                head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
                if f"Subject: smuggled {token}".encode() in head:
                    raise Refuted(f"{_spelled(end)} smuggled a message into the mailbox")


def _spelled(end: bytes) -> str:
    names = {13: "CR", 10: "LF", 0: "NUL", 46: "."}
    return " ".join(names[octet] for octet in end)


PROOF = Statement(
    id="smuggling",
    statement="no end of data but CRLF . CRLF splits a message",
    attempt=_try,
)
