"""A full mailbox takes no more, and the sender hears why (RFC 3463: X.2.2, mailbox full)."""

from __future__ import annotations

import contextlib
import re

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import Letter, letter, stuffed
from mailctl.proofs.people import entrance, stranger
from mailctl.proofs.reading import Mailbox, open_mailbox
from mailctl.proofs.smtp_dialogue import SmtpDialogue
from mailctl.proofs.waiting import until

_PIECE = 320 * 1024
"""Bytes of text in one letter; a handful of them exceeds the quota of 1 MiB."""
_MOST = 6
_FULL = re.compile(r"\b5\.2\.2\b")


def _try(ground: Ground, host: Host) -> str:
    user = ground.quota_users.get(host.name)
    if user is None:
        raise NotApplicable(f"{host.name} has no user with a small quota")
    with open_mailbox(ground, user) as mailbox:
        for number in range(1, _MOST + 1):
            refusal = _one_more(ground, user, mailbox)
            if refusal:
                return f"{user.address}, letter {number} of {_PIECE // 1024} KiB: {refusal}"
    raise Refuted(f"{user.address} took {_MOST} letters of {_PIECE // 1024} KiB: no quota")


def _one_more(ground: Ground, user: User, mailbox: Mailbox) -> str:
    """How the letter was refused, or nothing when it lies in the mailbox."""
    sender = stranger(ground, "quota-sender")
    note = letter(PROOF.id, sender, str(user.address), ("x" * 75 + "\n") * (_PIECE // 76))
    answer = _offer(ground, user, sender, note)
    if answer:
        return answer
    return until(
        lambda: "" if mailbox.find(note.token) else _told(ground, sender, note.token),
        f"the letter {note.token} was neither delivered nor returned as too much (5.2.2)",
        40,
    )


def _offer(ground: Ground, user: User, sender: str, note: Letter) -> str:
    """The refusal at RCPT or after the data; nothing when the letter was accepted."""
    with SmtpDialogue(
        address_of(entrance(ground.system, user)), 25, ground.next_client()
    ) as dialogue:
        dialogue.ehlo()
        text = stuffed(note.raw)
        dialogue.expect(f"MAIL FROM:<{sender}> SIZE={len(text)}", "250")
        answer = dialogue.say(f"RCPT TO:<{user.address}>")
        if answer.accepted:
            answer = dialogue.data(text)
    if answer.accepted:
        return ""
    if not re.match(r"[45]52 [45]\.2\.2", str(answer)):
        raise Refuted(f"a letter to {user.address} is answered `{answer}`")
    return str(answer)


def _told(ground: Ground, sender: str, token: str) -> str | None:
    """What a delivery status notification to the sender says of the full mailbox (RFC 3464)."""
    with contextlib.suppress(Refuted):
        notice = ground.outside.wait_for(token, sender, timeout=0.3).raw.decode("utf-8", "replace")
        for line in notice.splitlines():
            if _FULL.search(line):
                return f"accepted, then returned to {sender}: {line.strip()}"
    return None


PROOF = Statement(
    id="quota",
    statement="a letter that exceeds the quota is refused, and its sender is told",
    attempt=_try,
)
