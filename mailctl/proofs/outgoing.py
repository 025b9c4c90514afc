"""One letter from each signing domain of a host to the world outside, for those who judge them."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.domain import Domain
from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import Letter, letter
from mailctl.proofs.people import senders, stranger
from mailctl.proofs.submission import submit


@dataclass(frozen=True, slots=True)
class Abroad:
    """A letter that a user of ours sent and the foreign host stored."""

    user: User
    domain: Domain
    letter: Letter
    raw: bytes


def sent_abroad(
    ground: Ground, host: Host, proof: str, *, signed: bool = True
) -> tuple[Abroad, ...]:
    """The first user of each domain with senders here writes to the world; `signed`: only of
    domains with a DKIM key. All are submitted before the first is waited for."""
    first: dict[str, User] = {}
    for user in senders(ground.system, host):
        if ground.system.domains[user.address.domain].policy.dkim or not signed:
            first.setdefault(user.address.domain, user)
    if not first:
        raise NotApplicable(f"no domain whose users send on {host.name} has a DKIM key")
    recipient = stranger(ground)
    letters = {}
    for user in first.values():
        letters[user.address] = letter(proof, str(user.address), recipient)
        submit(ground, host, user, letters[user.address], (recipient,))
    return tuple(
        Abroad(
            user,
            ground.system.domains[user.address.domain],
            letters[user.address],
            ground.outside.wait_for(letters[user.address].token, recipient).raw,
        )
        for user in first.values()
    )
