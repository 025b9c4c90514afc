"""The talk's Sieve script, as a user's own file, does what the slide says (talk, "Sieve")."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import letter, new_token
from mailctl.proofs.people import entrance, readers, stranger
from mailctl.proofs.reading import open_mailbox
from mailctl.proofs.subaddressing import notices, write_to_detail
from mailctl.proofs.submission import bring
from mailctl.proofs.waiting import until

_MARKS = ('envelope :detail :matches "to" "*"', 'fileinto :create "INBOX.${subaddress}"')
"""Lines by which the script is known in a user's file."""


def _try(ground: Ground, host: Host) -> str:
    user = next((user for user in readers(ground.system, host) if _has_the_script(user)), None)
    if user is None:
        raise NotApplicable(f"no user on {host.name} has the talk's script")
    detail = new_token("Talk")
    folder = f"INBOX.{detail.lower()}"
    with open_mailbox(ground, user) as mailbox:
        first = write_to_detail(ground, user, PROOF.id, detail)
        mailbox.wait_for(first.token, folder)
        until(
            lambda: notices(mailbox, f"Folder {folder} was just created", ()) or None,
            f"no mail said `Folder {folder} was just created`",
        )
        second = write_to_detail(ground, user, PROOF.id, detail)
        mailbox.wait_for(second.token, folder)
        plain = letter(PROOF.id, stranger(ground), str(user.address))
        bring(ground, entrance(ground.system, user), plain, str(user.address), stranger(ground))
        mailbox.wait_for(plain.token)
    return f"{user.address}: {folder} made and announced, second mail into it, plain mail in INBOX"


def _has_the_script(user: User) -> bool:
    if user.sieve is None or not user.sieve.is_file():
        return False
    text = user.sieve.read_text()
    return all(mark in text for mark in _MARKS)


PROOF = Statement(
    id="talk-script",
    statement="the talk's Sieve script works as a user's own",
    attempt=_try,
)
