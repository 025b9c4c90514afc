"""What the proofs about `user+detail@domain` share: whom to write to, and how it is spelled."""

from __future__ import annotations

import re

from mailctl.model.host import Host
from mailctl.model.settings import SubaddressFolders
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import Letter, letter
from mailctl.proofs.people import entrance, readers, stranger
from mailctl.proofs.reading import Mailbox
from mailctl.proofs.submission import bring

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(\.{_ATOM})*")


def person_with(ground: Ground, host: Host, folders: SubaddressFolders) -> User:
    """A mailbox here under this policy whose owner has neither Sieve nor a forward of its own."""
    for user in readers(ground.system, host):
        policy = ground.system.domains[user.address.domain].policy
        own_ways = user.sieve or user.forward or user in ground.quota_users.values()
        if policy.subaddress.folders is folders and not own_ways:
            return user
    raise NotApplicable(f"nobody on {host.name} has subaddress folders: {folders.value}")


def delimiter_of(ground: Ground, user: User) -> str:
    return ground.system.domains[user.address.domain].policy.subaddress.delimiter


def with_detail(ground: Ground, user: User, detail: str) -> str:
    """The user's address with this detail, quoted where it is no dot-atom (RFC 5322, 3.4.1)."""
    local = f"{user.address.local}{delimiter_of(ground, user)}{detail}"
    if not _DOT_ATOM.fullmatch(local) and local.isascii():
        escaped = local.replace("\\", "\\\\").replace('"', '\\"')
        local = f'"{escaped}"'
    return f"{local}@{user.address.domain}"


def write_to_detail(ground: Ground, user: User, proof: str, detail: str) -> Letter:
    """A letter from outside to the user's address with this detail; it was accepted."""
    address = with_detail(ground, user, detail)
    note = letter(proof, stranger(ground), address)
    bring(ground, entrance(ground.system, user), note, address, stranger(ground))
    return note


def notices(mailbox: Mailbox, folder: str, since: tuple[str, ...]) -> int:
    """How many messages in INBOX speak of the folder, besides those that we wrote ourselves.

    `since` are the tokens of our own letters.
    """
    found = mailbox.find(folder)
    return sum(not any(token.encode() in raw for token in since) for raw in found)
