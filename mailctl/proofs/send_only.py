"""A send-only user sends, and mail to it is refused at RCPT."""

from __future__ import annotations

from mailctl.model.host import Host, Role
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import letter
from mailctl.proofs.people import senders, stranger
from mailctl.proofs.smtp_dialogue import SmtpDialogue
from mailctl.proofs.submission import submit


def _try(ground: Ground, host: Host) -> str:
    users = [user for user in senders(ground.system, host) if user.send_only]
    if not users:
        raise NotApplicable(f"no user on {host.name} is send-only")
    user = users[0]
    recipient = stranger(ground)
    note = letter(PROOF.id, str(user.address), recipient)
    queued = submit(ground, host, user, note, (recipient,))
    ground.outside.wait_for(note.token, recipient)
    return f"{user.address} sends ({queued}); {_refusal(ground, host, user)}"


def _refusal(ground: Ground, host: Host, user: User) -> str:
    if not host.has(Role.MX):
        return "mail to it does not come here"
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        dialogue.ehlo()
        dialogue.expect(f"MAIL FROM:<{stranger(ground)}>", "250")
        answer = dialogue.say(f"RCPT TO:<{user.address}>")
    if answer.code != 550:
        raise Refuted(f"mail to the send-only user {user.address} is answered `{answer}`")
    return f"mail to it: {answer}"


PROOF = Statement(
    id="send-only",
    statement="a send-only user sends, and mail to it is refused",
    attempt=_try,
)
