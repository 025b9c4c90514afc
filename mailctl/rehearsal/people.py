"""Users with passwords that are known: the spec's own, and some that a rehearsal adds.

What the spec says of passwords is not read: a hash could not be turned round, and a
rehearsal needs none of the real ones.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

from mailctl.model.host import Role
from mailctl.model.names import Address, DomainName
from mailctl.model.secret import HashedPassword
from mailctl.model.system import System
from mailctl.model.user import User

SMALL_QUOTA = 1024 * 1024
"""Bytes: a mailbox that is soon full."""


def with_quota_users(system: System) -> tuple[System, dict[str, User]]:
    """The system with one more user on each store, whose mailbox takes 1 MiB; by host name.

    A store without domains gets none.
    """
    added: dict[str, User] = {}
    for host in system.hosts.values():
        domains = [domain for domain in system.stored_on(host) if not domain.parked]
        if host.has(Role.STORE) and domains:
            address = next(_free_addresses(system, domains[0].name))
            added[host.name] = User(address, HashedPassword(""), quota=SMALL_QUOTA)
    users = {**system.users, **{user.address: user for user in added.values()}}
    return replace(system, users=users), added


def make_passwords(system: System) -> dict[Address, str]:
    """A random password for each user."""
    return {address: secrets.token_urlsafe(12) for address in system.users}


def _free_addresses(system: System, domain: DomainName) -> Iterator[Address]:
    taken = {*system.users, *system.aliases}
    taken |= {alias for user in system.users.values() for alias in user.aliases}
    for number in range(1, len(taken) + 2):
        # letters and digits alone: a delimiter of subaddresses would cut the name
        address = Address(f"quota{number}", domain)
        if address not in taken:
            yield address
