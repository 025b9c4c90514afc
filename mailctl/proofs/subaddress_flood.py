"""A flood of new details makes no more folders than `subaddress: {limit}`, and loses no mail."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.settings import SubaddressFolders
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import letter, new_token, stuffed
from mailctl.proofs.people import entrance, stranger
from mailctl.proofs.reading import Mailbox, open_mailbox
from mailctl.proofs.smtp_dialogue import SmtpDialogue
from mailctl.proofs.subaddressing import with_detail
from mailctl.proofs.waiting import until

_BEYOND = 3
_MOST = 100
_A_SESSION = 20
"""Messages on one connection, below any rate limit in use."""


def _try(ground: Ground, host: Host) -> str:
    user = ground.quota_users.get(host.name)
    if user is None:
        raise NotApplicable(f"{host.name} has no user whose mailbox may be flooded")
    policy = ground.system.domains[user.address.domain].policy.subaddress
    if policy.folders is not SubaddressFolders.CREATE:
        raise NotApplicable(f"new details make no folders in {user.address.domain}")
    if policy.limit > _MOST:
        raise NotApplicable(f"{policy.limit} folders are more than tried here")
    token = new_token("flood")
    count = policy.limit + _BEYOND
    addresses = [with_detail(ground, user, f"{token}-{number}") for number in range(count)]
    for first in range(0, count, _A_SESSION):
        _write(ground, entrance(ground.system, user), addresses[first : first + _A_SESSION], token)
    with open_mailbox(ground, user) as mailbox:
        until(lambda: _all_there(mailbox, token, count), f"not all of {count} letters came", 60)
        made = [name for name in mailbox.folders() if name.startswith("INBOX.")]
    if len(made) > policy.limit:
        raise Refuted(f"{count} new details made {len(made)} folders; the limit is {policy.limit}")
    return f"{count} new details: {len(made)} folders, all {count} letters delivered"


def _write(ground: Ground, host: Host, addresses: list[str], token: str) -> None:
    sender = stranger(ground)
    with SmtpDialogue(address_of(host), 25, ground.next_client()) as dialogue:
        dialogue.ehlo()
        for address in addresses:
            note = letter(token, sender, address)
            dialogue.expect(f"MAIL FROM:<{sender}>", "250")
            dialogue.expect(f"RCPT TO:<{address}>", "250")
            if dialogue.data(stuffed(note.raw)).code != 250:
                raise Refuted(f"mail to {address} was refused after its data")


def _all_there(mailbox: Mailbox, token: str, count: int) -> bool | None:
    return (
        sum(mailbox.count(f"Subject: {token}", name) for name in mailbox.folders()) >= count or None
    )


PROOF = Statement(
    id="subaddress-flood",
    statement="a flood of new details is bounded in folders and loses no mail",
    attempt=_try,
)
