"""`folders: create`, as in the talk: INBOX.detail is made and its owner told, once (RFC 5233)."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.settings import SubaddressFolders
from mailctl.proofs.base import Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import new_token
from mailctl.proofs.reading import open_mailbox
from mailctl.proofs.subaddressing import notices, person_with, write_to_detail
from mailctl.proofs.waiting import until


def _try(ground: Ground, host: Host) -> str:
    user = person_with(ground, host, SubaddressFolders.CREATE)
    detail, later = new_token("Shop"), new_token("Later")
    folder, later_folder = f"INBOX.{detail.lower()}", f"INBOX.{later.lower()}"
    with open_mailbox(ground, user) as mailbox:
        first = write_to_detail(ground, user, PROOF.id, detail)
        mailbox.wait_for(first.token, folder)
        until(
            lambda: notices(mailbox, folder, (first.token,)) or None,
            f"{folder} was made, and no mail told {user.address}",
        )
        second = write_to_detail(ground, user, PROOF.id, detail.lower())
        mailbox.wait_for(second.token, folder)
        # a second notice about the first folder would go ahead of the first one about this
        third = write_to_detail(ground, user, PROOF.id, later)
        ours = (first.token, second.token, third.token)
        until(
            lambda: notices(mailbox, later_folder, ours) or None,
            f"{later_folder} was made, and no mail told {user.address}",
        )
        told = notices(mailbox, folder, ours)
        if told != 1:
            raise Refuted(f"{user.address} was told {told} times about {folder}")
    return f"{user.address}, detail {detail}: {folder} made, told once; the second mail into it"


PROOF = Statement(
    id="subaddress-create",
    statement="mail to user+detail makes INBOX.detail, tells the user once, then files there",
    attempt=_try,
)
