"""`forward: {keep: false}`: the other address gets the message, and the mailbox does not."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.copies import copies_in, received_by
from mailctl.proofs.expected import destinations
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import letter
from mailctl.proofs.people import stranger
from mailctl.proofs.reading import open_mailbox, wait_in_inbox
from mailctl.proofs.submission import bring


def _try(ground: Ground, host: Host) -> str:
    users = ground.system.users
    names = [name for name, user in users.items() if user.forward and not user.forward.keep]
    tried = received_by(host, ground, names)
    if not tried:
        raise NotApplicable(f"{host.name} receives for nobody who forwards without a copy")
    return "; ".join(_moves_on(ground, host, users[name]) for name in tried)


def _moves_on(ground: Ground, host: Host, user: User) -> str:
    note = letter(PROOF.id, stranger(ground), str(user.address))
    bring(ground, host, note, str(user.address), stranger(ground))
    goal = destinations(ground.system, user.address)
    for address in goal.abroad:
        ground.outside.wait_for(note.token, str(address))
    for other in goal.mailboxes:
        wait_in_inbox(ground, other, note.token)
    # the copies went out of one queue at one time: a copy for the mailbox would be there as well
    with open_mailbox(ground, user) as mailbox:
        if copies_in(mailbox, note.token):
            raise Refuted(f"{user.address} kept a copy of {note.token}")
    return f"{user.address} -> {goal}, its own mailbox has none"


PROOF = Statement(
    id="forward-without-copy",
    statement="a forward without a copy reaches the other address alone",
    attempt=_try,
)
