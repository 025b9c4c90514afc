"""The world's DNS beside the spec's own: whom mail is forwarded to, and who writes from outside.

Names that nobody has do not exist, and the root zone says so at once: nothing waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeVar

from mailctl.dns.dkim import PublicKey, key_text
from mailctl.dns.record import Record
from mailctl.dns.zones import Zones, reverse_zone
from mailctl.model.names import Address, DomainName
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System

Net = TypeVar("Net", IPv4Network, IPv6Network)

SELECTOR = "world"

_TEST_NETWORKS = tuple(map(IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
"""RFC 5737: networks that nobody on the real Internet has."""

_BENCHMARK_NETWORK = IPv4Network("198.18.0.0/15")
"""RFC 2544: a large one."""

_DOCUMENTATION_CORNER = IPv6Network("2001:db8:ffff::/48")
"""A part of RFC 3849's."""

CLIENTS = 250
"""How many addresses the trying client has for each host, for servers punish who fails often."""


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses that the spec does not use: of the foreign host, and of the trying client,
    whose IPv4 addresses are in `client_network`."""

    world: tuple[IPv4Address | IPv6Address, ...]
    clients: tuple[IPv4Address | IPv6Address, ...]
    client_network: IPv4Network


@dataclass(frozen=True, slots=True)
class Foreigners:
    """`domain` is the foreign host's own; `others` are those that the spec sends mail to."""

    domain: DomainName
    others: tuple[DomainName, ...]

    @property
    def fqdn(self) -> str:
        """The foreign host's name."""
        return f"mail.{self.domain}"

    @property
    def domains(self) -> tuple[DomainName, ...]:
        return (self.domain, *self.others)


def places(system: System) -> Places:
    """Addresses in networks in which no host of the spec is, and nobody whom it asks."""
    taken = [address for host in system.hosts.values() for address in host.addresses]
    taken += [host.dns_updates.server for host in system.hosts.values() if host.dns_updates]
    count = CLIENTS * max(1, len(system.hosts))
    size = min(24, 32 - (count + 1).bit_length())
    wide = next(_free(_BENCHMARK_NETWORK.subnets(new_prefix=size), taken))
    small = next(_free((*_TEST_NETWORKS, *_BENCHMARK_NETWORK.subnets(new_prefix=24)), taken))
    newer = next(_free(_DOCUMENTATION_CORNER.subnets(new_prefix=64), taken))
    return Places(
        world=(small[53], newer[0x53]),
        clients=(*(wide[number] for number in range(1, count + 1)), newer[0x10]),
        client_network=wide,
    )


def _free(networks: Iterable[Net], taken: Iterable[IPv4Address | IPv6Address]) -> Iterator[Net]:
    used = list(taken)
    return (network for network in networks if not any(place in network for place in used))


def foreigners(system: System) -> Foreigners:
    """Everybody whom the spec names and does not serve, and one domain that it does not name."""
    others = tuple(sorted({target.domain for target in _targets(system)} - set(system.domains)))
    hosts = (name for host in system.hosts.values() for name in host.all_names)
    taken = {*others, *system.domains, *hosts}
    names = ("foreign.example", *(f"foreign-{number}.example" for number in range(2, 1000)))
    own = next(name for name in names if not any(used.endswith(name) for used in taken))
    return Foreigners(DomainName(own), others)


def _targets(system: System) -> Iterator[Address]:
    for user in system.users.values():
        if user.forward is not None:
            yield from user.forward.to
    for targets in system.aliases.values():
        yield from targets
    for domain in system.domains.values():
        if domain.catch_all is not None:
            yield domain.catch_all


def world_records(
    system: System, foreign: Foreigners, free: Places, key: PublicKey
) -> tuple[Record, ...]:
    """The records of everybody but the spec: addresses, mail, policies, and reverse names."""
    zones = Zones(system)
    found = [
        *(_address(zones, foreign.fqdn, address) for address in free.world),
        zones.record(foreign.fqdn, "TXT", "v=spf1 a -all", "the name in HELO"),
        *(_reverse(address, foreign.fqdn) for address in free.world),
        *_named_clients(zones, foreign.domain, free.clients),
        *_included(system, zones),
    ]
    for domain in foreign.domains:
        found += [
            zones.record(domain, "MX", f"10 {foreign.fqdn}.", "mail for the world outside"),
            zones.record(domain, "TXT", "v=spf1 mx -all", "who may send for it"),
            zones.record(
                f"{SELECTOR}._domainkey.{domain}",
                "TXT",
                key_text(DkimSelector(SELECTOR), key),
                "what the foreign host signs with",
            ),
            zones.record(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=reject", "a strict sender"),
        ]
    return tuple(found)


def _address(zones: Zones, name: str, address: IPv4Address | IPv6Address) -> Record:
    kind = "A" if address.version == 4 else "AAAA"
    return zones.record(name, kind, str(address), "where it answers")


def _reverse(address: IPv4Address | IPv6Address, name: str) -> Record:
    pointer = address.reverse_pointer
    return Record(pointer, "PTR", f"{name}.", zone=reverse_zone(address))


def _named_clients(
    zones: Zones, domain: DomainName, addresses: Iterable[IPv4Address | IPv6Address]
) -> Iterator[Record]:
    """Every client has a name that leads back to it, as a provider would give it."""
    for number, address in enumerate(addresses):
        name = f"client-{number}.{domain}"
        yield _address(zones, name, address)
        yield _reverse(address, name)


def _included(system: System, zones: Zones) -> Iterator[Record]:
    """What the spec's SPF records include exists, and lists nobody (RFC 7208, 5.2)."""
    for name in sorted(
        {name for domain in system.domains.values() for name in domain.policy.spf.include}
    ):
        yield zones.record(name, "TXT", "v=spf1 -all", "included by a domain of the spec")
