"""Whoever proves by DNS that a name is its (RFC 8555, 8.4), as the world's name server sees it.

The world answers at the address that the spec has for the zones' primary, and takes the spec's
key. Where that address is a host's own, the world has another one: it serves all zones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mailctl.backends.tls import acme_certificates
from mailctl.errors import RehearsalError
from mailctl.model.host import Acme, DnsUpdates, Host
from mailctl.model.system import System
from mailctl.model.tsig_key import TsigKey
from mailctl.rehearsal.foreign import Places
from mailctl.rehearsal.network import IpAddress
from mailctl.rehearsal.vault import RehearsalVault

_PROPAGATION = 1
"""Seconds: the world's zones have no secondaries to wait for."""


@dataclass(frozen=True, slots=True)
class Updater:
    """Asks at this place, signs with this key, and may change the TXT records of these names."""

    address: IpAddress
    port: int
    key: TsigKey
    names: tuple[str, ...]


def with_world_as_primary(spec: System, free: Places) -> System:
    """The spec, with name servers that the world can be."""
    own = frozenset(address for host in spec.hosts.values() for address in host.addresses)
    hosts = {name: _with_world(host, own, free) for name, host in spec.hosts.items()}
    return replace(spec, hosts=hosts)


def _with_world(host: Host, own: frozenset[IpAddress], free: Places) -> Host:
    updates = host.dns_updates
    if updates is None or not isinstance(host.tls, Acme):
        return host
    server = updates.server
    if server in own or server.is_loopback or server.is_link_local:
        server = next(place for place in free.world if place.version == server.version)
    dns = replace(updates, server=server, propagation_seconds=_PROPAGATION)
    return replace(host, tls=replace(host.tls, dns=dns))


def updaters(spec: System, vault: RehearsalVault) -> tuple[Updater, ...]:
    """One for each host that does so. Raises SecretError, and RehearsalError for keys that one
    name server cannot tell apart."""
    found = tuple(_updaters(spec, vault))
    keys: dict[str, TsigKey] = {}
    for each in found:
        if keys.setdefault(each.key.name, each.key) != each.key:
            raise RehearsalError(
                f"two TSIG keys are called {each.key.name}, and one name server plays all of them",
                "give each key a name of its own",
            )
    return found


def _updaters(spec: System, vault: RehearsalVault) -> Iterator[Updater]:
    for host in spec.hosts.values():
        updates: DnsUpdates | None = host.dns_updates
        if updates is not None:
            names = (
                f"_acme-challenge.{name}"
                for certificate in acme_certificates(spec, host)
                for name in certificate.names
            )
            key = vault.tsig_key(host, updates)
            yield Updater(updates.server, updates.port, key, tuple(sorted(names)))
