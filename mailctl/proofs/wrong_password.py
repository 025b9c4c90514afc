"""A wrong password, an empty one and an unknown user are refused alike (RFC 4954, 6: 535 5.7.8).

Each try comes from an address of its own: Dovecot answers an address that failed before ever
later, and Postfix then says 454, which would prove nothing.
"""

from __future__ import annotations

import contextlib
import imaplib

from mailctl.model.host import Host, Role
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import password_of, senders, stranger
from mailctl.proofs.reading import Mailbox
from mailctl.proofs.smtp_dialogue import SmtpDialogue, plain_response
from mailctl.proofs.submission import SUBMISSIONS


def _try(ground: Ground, host: Host) -> str:
    user = senders(ground.system, host)[0]
    password = password_of(ground, user)
    tries = (
        ("wrong password", str(user.address), password + "x"),
        ("empty password", str(user.address), ""),
        ("unknown user", f"nobody-here@{user.address.domain}", password),
        ("no domain", user.address.local, password + "x"),
    )
    shown = _smtp_answers(ground, host, tries)
    if host.protocols.imap and host.has(Role.STORE):
        shown.append(f"IMAP: {_imap_answer(ground, host, str(user.address), password + 'x')}")
    return "; ".join(shown)


def _smtp_answers(ground: Ground, host: Host, tries: tuple[tuple[str, str, str], ...]) -> list[str]:
    """All tries at once: servers take seconds to answer each, to spoil guessing."""
    with contextlib.ExitStack() as stack:
        asked = []
        for case, login, tried in tries:
            client = ground.next_client()
            dialogue = SmtpDialogue(address_of(host), SUBMISSIONS, client, tls=True)
            stack.enter_context(dialogue)
            dialogue.ehlo()
            dialogue.send(f"AUTH PLAIN {plain_response(login, tried)}\r\n".encode())
            asked.append((case, login, dialogue))
        return [
            f"{case}: {_refusal(dialogue, login, stranger(ground))}"
            for case, login, dialogue in asked
        ]


def _refusal(dialogue: SmtpDialogue, login: str, recipient: str) -> str:
    """The answer to AUTH, which has to be a refusal that the session then keeps to."""
    answer = dialogue.reply()
    if answer.code not in {501, 535}:
        raise Refuted(f"{login} with a wrong password was answered `{answer}`")
    follows = dialogue.say(f"MAIL FROM:<{login}>")
    if follows.accepted:  # many servers refuse at the first recipient only
        follows = dialogue.say(f"RCPT TO:<{recipient}>")
    if follows.accepted:
        raise Refuted(f"after a refused login RCPT TO was answered `{follows}`")
    return str(answer)


def _imap_answer(ground: Ground, host: Host, login: str, password: str) -> str:
    try:
        Mailbox(host, ground.next_client(), login, password).close()
    except imaplib.IMAP4.error as refusal:
        return " ".join(part.decode() for part in refusal.args if isinstance(part, bytes))
    raise Refuted(f"IMAP let {login} in with a wrong password")


PROOF = Statement(
    id="wrong-password",
    statement="a wrong password and an unknown user are refused",
    attempt=_try,
)
