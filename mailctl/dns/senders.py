"""Which hosts send mail in a domain's name: those where somebody logs in who may do so."""

from __future__ import annotations

from collections.abc import Mapping

from mailctl.model.delivery import Delivery, delivery_of
from mailctl.model.host import Host, Role
from mailctl.model.names import Address, DomainName
from mailctl.model.system import System


def sending_hosts(system: System) -> Mapping[DomainName, tuple[Host, ...]]:
    """For each domain the hosts that take submissions in its name, in the spec's order."""
    speakers = _speakers(delivery_of(system))
    people = [
        (host, {user.address for user in system.users_of(host)})
        for host in system.hosts.values()
        if host.has(Role.SUBMISSION)
    ]
    return {
        domain: tuple(
            host for host, here in people if not here.isdisjoint(speakers.get(domain, ()))
        )
        for domain in system.domains
    }


def _speakers(delivery: Delivery) -> Mapping[DomainName, set[Address]]:
    """For each domain the users who own an address there, or all of them."""
    speakers: dict[DomainName, set[Address]] = {}
    for address, owners in delivery.owners.items():
        speakers.setdefault(address.domain, set()).update(owners)
    for wide in (delivery.domain_owners, delivery.catch_all_owners):
        for domain, owners in wide.items():
            speakers.setdefault(domain, set()).update(owners)
    return speakers
