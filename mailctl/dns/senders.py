"""Which hosts send mail with a domain in its sender address, beyond those that receive for it.

Users submit on the host where they log in, and may send as their own addresses, their
aliases and whatever `send_as` gives them, in any domain of the spec.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailctl.model.host import Host, Role
from mailctl.model.names import Address, DomainName
from mailctl.model.system import System
from mailctl.model.user import User


def sending_hosts(system: System) -> Mapping[DomainName, tuple[Host, ...]]:
    """For each domain the hosts that take submissions in its name, in the spec's order."""
    shared = _domains_of_aliases(system)
    senders: dict[DomainName, dict[str, Host]] = {name: {} for name in system.domains}
    for host in system.hosts.values():
        if not host.has(Role.SUBMISSION):
            continue
        for user in system.users_of(host):
            for domain in _domains_of(user, shared):
                if domain in senders:
                    senders[domain][host.name] = host
    return {domain: tuple(hosts.values()) for domain, hosts in senders.items()}


def _domains_of(user: User, shared: Mapping[Address, set[DomainName]]) -> Iterator[DomainName]:
    yield user.address.domain
    for address in user.aliases:
        yield address.domain
        yield from shared.get(address, ())
    for allowed in user.send_as:
        yield allowed.domain
    yield from shared.get(user.address, ())


def _domains_of_aliases(system: System) -> Mapping[Address, set[DomainName]]:
    """For each address that `aliases:` and catch-alls lead to, the domains they stand in.

    Followed to the end, so that an alias of an alias counts too; each address is visited
    once for each start, so that even a loop comes to an end.
    """
    starts: list[tuple[DomainName, Address]] = [
        (address.domain, target)
        for address, targets in system.aliases.items()
        for target in targets
    ]
    starts += [
        (domain.name, domain.catch_all)
        for domain in system.domains.values()
        if domain.catch_all is not None
    ]
    reached: dict[Address, set[DomainName]] = {}
    while starts:
        domain, address = starts.pop()
        known = reached.setdefault(address, set())
        if domain not in known:
            known.add(domain)
            starts += [(domain, target) for target in system.aliases.get(address, ())]
    return reached
