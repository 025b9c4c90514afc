"""A wrong password, an empty one and an unknown user are refused alike (RFC 4954, 6: 535 5.7.8).

Each try comes from an address of its own: Dovecot answers an address that failed before ever
later, and Postfix then says 454, which would prove nothing.
"""

from __future__ import annotations

import imaplib

from mailctl.model.host import Host, Role
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import password_of, senders
from mailctl.proofs.reading import Mailbox
from mailctl.proofs.smtp_dialogue import SmtpDialogue
from mailctl.proofs.submission import SUBMISSIONS


def _try(ground: Ground, host: Host) -> str:
    user = senders(ground.system, host)[0]
    password = password_of(ground, user)
    unknown = f"nobody-here@{user.address.domain}"
    shown = [
        f"{case}: {_smtp_answer(ground, host, login, tried)}"
        for case, login, tried in (
            ("wrong password", str(user.address), password + "x"),
            ("empty password", str(user.address), ""),
            ("unknown user", unknown, password),
            ("no domain", user.address.local, password + "x"),
        )
    ]
    if host.protocols.imap and host.has(Role.STORE):
        shown.append(f"IMAP: {_imap_answer(ground, host, str(user.address), password + 'x')}")
    return "; ".join(shown)


def _smtp_answer(ground: Ground, host: Host, login: str, password: str) -> str:
    client = ground.next_client()
    with SmtpDialogue(address_of(host), SUBMISSIONS, client, tls=True) as dialogue:
        dialogue.ehlo()
        answer = dialogue.login(login, password)
        if answer.code not in {501, 535}:
            raise Refuted(f"{login} with a wrong password was answered `{answer}`")
        follows = dialogue.say(f"MAIL FROM:<{login}>")
        if follows.accepted:
            raise Refuted(f"after a refused login MAIL FROM was answered `{follows}`")
        return str(answer)


def _imap_answer(ground: Ground, host: Host, login: str, password: str) -> str:
    try:
        Mailbox(host, ground.next_client(), login, password).close()
    except imaplib.IMAP4.error as refusal:
        return str(refusal)
    raise Refuted(f"IMAP let {login} in with a wrong password")


PROOF = Statement(
    id="wrong-password",
    statement="a wrong password and an unknown user are refused",
    attempt=_try,
)
