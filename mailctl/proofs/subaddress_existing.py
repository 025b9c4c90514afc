"""`folders: existing`: INBOX.detail is used where it exists, else the mail stays in INBOX."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.settings import SubaddressFolders
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import new_token
from mailctl.proofs.reading import open_mailbox
from mailctl.proofs.subaddressing import person_with, write_to_detail


def _try(ground: Ground, host: Host) -> str:
    user = person_with(ground, host, SubaddressFolders.EXISTING)
    detail = new_token("shop")
    folder = f"INBOX.{detail}"
    with open_mailbox(ground, user) as mailbox:
        before = write_to_detail(ground, user, PROOF.id, detail)
        mailbox.wait_for(before.token)
        if folder in mailbox.folders():
            raise Refuted(f"{folder} was made though the policy is `existing`")
        mailbox.create(folder)
        after = write_to_detail(ground, user, PROOF.id, detail.upper())
        mailbox.wait_for(after.token, folder)
    return f"{user.address}: INBOX while {folder} was missing, {folder} once it was there"


PROOF = Statement(
    id="subaddress-existing",
    statement="mail to user+detail uses INBOX.detail only where it exists",
    attempt=_try,
)
