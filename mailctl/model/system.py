"""Everything that a spec says, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailctl.model.domain import Domain
from mailctl.model.host import Host, Role
from mailctl.model.names import Address, DomainName
from mailctl.model.user import User


@dataclass(frozen=True, slots=True)
class System:
    """Hosts, domains, users and aliases of one spec; the mappings keep the spec's order.

    `folder` is where the spec's first file lies: keys/ stands beside it.
    """

    folder: Path
    hosts: Mapping[str, Host]
    domains: Mapping[DomainName, Domain]
    users: Mapping[Address, User]
    aliases: Mapping[Address, tuple[Address, ...]]

    def stored_on(self, host: Host) -> tuple[Domain, ...]:
        """The domains whose mailboxes are on this host, in the spec's order."""
        return tuple(domain for domain in self.domains.values() if domain.store == host.name)

    def relayed_by(self, host: Host) -> tuple[Domain, ...]:
        """The domains that this host receives for another host of the spec."""
        return tuple(
            domain
            for domain in self.domains.values()
            if host.name in domain.mx and domain.store != host.name
        )

    def users_of(self, host: Host) -> tuple[User, ...]:
        """Who logs in on this host, in the spec's order.

        On a store the users whose mailboxes it keeps; on a host that only takes
        submissions everybody, for it stands before all stores.
        """
        if not host.has(Role.STORE):
            return tuple(self.users.values()) if host.has(Role.SUBMISSION) else ()
        stored = {domain.name for domain in self.stored_on(host)}
        return tuple(user for user in self.users.values() if user.address.domain in stored)
