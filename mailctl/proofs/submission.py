"""Handing mail in as a user: 587 with STARTTLS and AUTH PLAIN (RFC 6409), in the fewest lines."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import Refuted
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import Letter, stuffed
from mailctl.proofs.people import password_of
from mailctl.proofs.smtp_dialogue import Reply, SmtpDialogue

SUBMISSION = 587
SUBMISSIONS = 465


def logged_in(ground: Ground, host: Host, user: User) -> SmtpDialogue:
    """A session on 587 in which the user has authenticated; from an address not used before."""
    dialogue = SmtpDialogue(address_of(host), SUBMISSION, ground.next_client())
    try:
        dialogue.ehlo()
        dialogue.start_tls()
        dialogue.ehlo()
        authenticate(dialogue, str(user.address), password_of(ground, user))
    except BaseException:
        dialogue.close()
        raise
    return dialogue


def authenticate(dialogue: SmtpDialogue, login: str, password: str) -> None:
    """AUTH PLAIN with the right password; Refuted when it is not taken."""
    answer = dialogue.login(login, password)
    if answer.code != 235:
        raise Refuted(f"{login} with the right password was answered `{answer}`")


def submit(
    ground: Ground,
    host: Host,
    user: User,
    letter: Letter,
    recipients: Iterable[str],
    sender: str = "",
) -> Reply:
    """Submit the letter; the reply with the queue id. Refuted when any step is refused."""
    with logged_in(ground, host, user) as dialogue:
        return hand_over(dialogue, sender or str(user.address), recipients, letter)


def hand_over(
    dialogue: SmtpDialogue, sender: str, recipients: Iterable[str], letter: Letter
) -> Reply:
    """MAIL, RCPT, DATA and QUIT in a session that stands; the reply after the dot."""
    dialogue.expect(f"MAIL FROM:<{sender}>", "250")
    for recipient in recipients:
        dialogue.expect(f"RCPT TO:<{recipient}>", "250")
    queued = dialogue.data(stuffed(letter.raw))
    if queued.code != 250:
        raise Refuted(f"after the final dot came `{queued}`")
    dialogue.say("QUIT")
    return queued


def bring(ground: Ground, host: Host, letter: Letter, recipient: str, sender: str) -> Reply:
    """Bring a letter to port 25 as a stranger's mail server would; the reply after the dot."""
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        dialogue.ehlo()
        return hand_over(dialogue, sender, (recipient,), letter)
