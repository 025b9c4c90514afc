"""Which addresses a spec has, and which of its names an address belongs to."""

from __future__ import annotations

from mailctl.model.names import Address
from mailctl.model.system import System


class AddressBook:
    """All addresses that somebody owns, and where mail to each of them goes next.

    `owned` leads from an address to the user or alias entry that it belongs to; of two owners
    the first one stands there. `edges` leads from those addresses that pass mail on.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._delimiters = {
            domain.name: domain.policy.subaddress.delimiter for domain in system.domains.values()
        }
        self.owned: dict[Address, Address] = dict(zip(system.aliases, system.aliases, strict=True))
        self.edges: dict[Address, tuple[Address, ...]] = {}
        for address, user in system.users.items():
            for alias in user.aliases:
                self.owned[alias] = address
            if user.forward is not None:
                self.edges[address] = user.forward.to
        self.edges.update(system.aliases)
        for address in system.users:
            self.owned[address] = address

    def base(self, address: Address) -> Address:
        """The address that mail to this one is looked up by: without its detail, if it has one."""
        if address in self.owned:
            return address
        delimiter = self._delimiters.get(address.domain)
        local = address.local
        if delimiter is None or delimiter not in local[1:]:
            return address
        return Address(local[: local.index(delimiter, 1)], address.domain)

    def is_user(self, address: Address) -> bool:
        """Whether a user has this address as the first one."""
        return address in self._system.users

    def is_local(self, address: Address) -> bool:
        """Whether the address is in a domain of the spec."""
        return address.domain in self._delimiters

    def is_owned(self, address: Address) -> bool:
        """Whether somebody owns the address itself; catch-alls do not count."""
        return address in self.owned or self.base(address) in self.owned

    def fault(self, target: Address) -> str:
        """Why mail cannot go to this address, in words, or nothing when it can."""
        domain = self._system.domains.get(target.domain)
        if domain is None:
            return ""
        if domain.parked:
            return f"{target} is in a parked domain"
        if self.is_owned(target):
            user = self._system.users.get(self.owned.get(self.base(target), target))
            return f"{target} belongs to a user who only sends" if user and user.send_only else ""
        return "" if domain.catch_all else f"there is no address {target}"
