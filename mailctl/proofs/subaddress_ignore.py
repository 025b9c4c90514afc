"""`folders: ignore`: mail to user+detail stays in INBOX, whatever folders there are."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.settings import SubaddressFolders
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import new_token
from mailctl.proofs.reading import open_mailbox
from mailctl.proofs.subaddressing import person_with, write_to_detail


def _try(ground: Ground, host: Host) -> str:
    user = person_with(ground, host, SubaddressFolders.IGNORE)
    detail = new_token("shop")
    with open_mailbox(ground, user) as mailbox:
        mailbox.create(f"INBOX.{detail}")
        note = write_to_detail(ground, user, PROOF.id, detail)
        folder, _ = mailbox.wait_anywhere(note.token)
    if folder != "INBOX":
        raise Refuted(f"mail to {user.address} with the detail {detail} went to {folder}")
    return f"{user.address}, detail {detail}: INBOX, though INBOX.{detail} exists"


PROOF = Statement(
    id="subaddress-ignore",
    statement="mail to user+detail stays in INBOX where the policy says so",
    attempt=_try,
)
