"""Where mail to an address has to end, read from the spec alone.

This is on purpose another reading than the one that the configuration is compiled from: two
readings that agree with the daemons are worth more than one.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.names import Address
from mailctl.model.system import System
from mailctl.model.user import User


@dataclass(frozen=True, slots=True)
class Destinations:
    """The mailboxes and the foreign addresses that get a copy, each once."""

    mailboxes: tuple[User, ...] = ()
    abroad: tuple[Address, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.mailboxes or self.abroad)

    def __str__(self) -> str:
        names = [str(user.address) for user in self.mailboxes] + [str(name) for name in self.abroad]
        return ", ".join(names) or "nobody"


def destinations(system: System, address: Address) -> Destinations:
    """Who gets mail to this address; nobody means that it is refused."""
    mailboxes: dict[Address, User] = {}
    abroad: dict[Address, None] = {}
    seen: set[Address] = set()
    waiting = [address]
    while waiting:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        if current.domain not in system.domains:
            abroad[current] = None
            continue
        user = system.users.get(current)
        if user is None:
            waiting += _next(system, current)
        elif not user.send_only:
            if user.forward is None or user.forward.keep:
                mailboxes[current] = user
            waiting += user.forward.to if user.forward else ()
    return Destinations(tuple(mailboxes.values()), tuple(abroad))


def _next(system: System, address: Address) -> tuple[Address, ...]:
    """One step from an address that is no user: alias, subaddress, catch-all, or nothing."""
    if address in system.aliases:
        return system.aliases[address]
    for user in system.users.values():
        if address in user.aliases:
            return (user.address,)
    domain = system.domains[address.domain]
    base = address.local.split(domain.policy.subaddress.delimiter, 1)[0]
    if base and base != address.local and destinations(system, Address(base, address.domain)):
        return (Address(base, address.domain),)
    return (domain.catch_all,) if domain.catch_all else ()


def owned_addresses(system: System, user: User) -> tuple[Address, ...]:
    """Addresses besides its own that the user may write as: whatever the spec brings to it here.

    Patterns (`*@domain`) are not among them.
    """
    reach = [
        name
        for name in (*user.aliases, *system.aliases)
        if user in destinations(system, name).mailboxes
    ]
    named = [name for name in user.send_as if isinstance(name, Address)]
    return tuple(dict.fromkeys((*reach, *named)))
