"""Odd details end in a mailbox of their user or are refused at RCPT; none is bounced or lost.

A mail server that takes a message and cannot deliver it writes to the sender, who may be forged:
backscatter (RFC 5321, 6.2). So whatever RCPT accepts has to be found again.
"""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.callers import Callers
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import letter, stuffed
from mailctl.proofs.people import entrance, plain_reader, stranger
from mailctl.proofs.reading import Mailbox, open_mailbox
from mailctl.proofs.subaddressing import with_detail

DETAILS: tuple[tuple[str, str], ...] = (
    ("empty", ""),
    ("a dot inside", "a.b"),
    ("a dot", "."),
    ("two dots", ".."),
    ("a dot at the end", "a."),
    ("two dots inside", "a..b"),
    ("a slash", "/"),
    ("a slash inside", "a/b"),
    ("a path upwards", "../../../tmp/x"),
    ("a home", "~root"),
    ("a wildcard", "*"),
    ("a per cent sign", "100%"),
    ("a Dovecot variable", "%u"),
    ("a Sieve variable", "${1}"),
    ("a delimiter", "+x"),
    ("INBOX", "INBOX"),
    ("a dash at the start", "-x"),
    ("an ampersand", "&"),
    ("modified UTF-7", "&AOQ-"),
    ("a blank", "a b"),
    ("a quote", 'a"b'),
    ("a backslash", "a\\b"),
    ("a tab", "a\tb"),
    ("a control character", "a\x07b"),
    ("DEL", "a\x7fb"),
    ("40 characters", "x" * 40),
    ("200 characters", "x" * 200),
    ("non-ASCII", "käse"),
    ("other scripts", "日本語"),
    ("an overlong dotted name", ".".join("abcdefghij")),
)


def _try(ground: Ground, host: Host) -> str:
    user = plain_reader(ground.system, host)
    callers = Callers(ground, entrance(ground.system, user))
    refused: list[str] = []
    accepted: list[tuple[str, str]] = []
    for name, detail in DETAILS:
        address = with_detail(ground, user, detail)
        token, answer = _offer(callers, stranger(ground), user, address)
        if token:
            accepted.append((name, token))
        else:
            refused.append(f"{name} {answer[:9]}")
    with open_mailbox(ground, user) as mailbox:
        found = [f"{name} -> {_folder(mailbox, name, token)}" for name, token in accepted]
    return f"{user.address}: {'; '.join(found)}; refused: {', '.join(refused) or 'none'}"


def _offer(callers: Callers, sender: str, user: User, address: str) -> tuple[str, str]:
    """The token of the letter that was accepted, or nothing and the refusal."""
    note = letter(PROOF.id, sender, str(user.address))
    with callers.call() as dialogue:
        international = "" if address.isascii() else " SMTPUTF8"
        answer = dialogue.say(f"MAIL FROM:<{sender}>{international}")
        if answer.accepted:
            answer = dialogue.say(f"RCPT TO:<{address}>")
        if answer.accepted:
            answer = dialogue.data(stuffed(note.raw))
            if answer.accepted:
                return note.token, str(answer)
    if answer.code < 500:
        raise Refuted(f"RCPT TO:<{address}> is answered `{answer}`, neither yes nor no")
    return "", str(answer)


def _folder(mailbox: Mailbox, name: str, token: str) -> str:
    try:
        return mailbox.wait_anywhere(token)[0]
    except Refuted as missing:
        raise Refuted(f"accepted and not delivered: a detail with {name}: {missing}") from missing


PROOF = Statement(
    id="subaddress-edges",
    statement="mail to odd subaddresses is delivered or refused at RCPT, never bounced or lost",
    attempt=_try,
)
