"""Domains: each has a host that keeps its mail and hosts that receive it, and none is ours."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding
from mailctl.model.domain import Domain
from mailctl.model.host import Role
from mailctl.model.probe import PROBE_DOMAIN
from mailctl.model.system import System


def check(system: System) -> Iterator[Finding]:
    """All rules on the hosts of domains."""
    if PROBE_DOMAIN in system.domains:
        yield Finding(("domains", PROBE_DOMAIN), "probe-domain", "hosts try out by this domain "
                      "whether mail flows", "give yours another name", on_key=True)  # fmt: skip
    for domain in system.domains.values():
        if not domain.parked:
            yield from _store(system, domain)
            yield from _receivers(system, domain)


def _store(system: System, domain: Domain) -> Iterator[Finding]:
    where = ("domains", domain.name, "host")
    stores = [host.name for host in system.hosts.values() if host.has(Role.STORE)]
    if not domain.store and len(stores) > 1:
        yield Finding(where[:2], "store-ambiguous", f"several hosts could keep {domain.name}",
                      f"write `host:` with one of {', '.join(stores)}", on_key=True)  # fmt: skip
    elif not domain.store:
        yield Finding(where[:2], "no-store", f"no host keeps the mail of {domain.name}",
                      "give a host the role store, or park the domain", on_key=True)  # fmt: skip
    elif domain.store not in system.hosts:
        yield _unknown(system, where, domain.store)
    elif domain.store not in stores:
        yield Finding(where, "not-a-store", f"{domain.store} has not the role store",
                      "name a host that has it, or add it there")  # fmt: skip


def _receivers(system: System, domain: Domain) -> Iterator[Finding]:
    if not domain.mx:
        yield Finding(("domains", domain.name), "no-mx", f"no host receives for {domain.name}",
                      "give a host the role mx, or park the domain", on_key=True)  # fmt: skip
    for index, name in enumerate(domain.mx):
        where = ("domains", domain.name, "mx", index)
        if name not in system.hosts:
            yield _unknown(system, where, name)
        elif not system.hosts[name].has(Role.MX):
            yield Finding(where, "not-an-mx", f"{name} has not the role mx",
                          "name a host that has it, or add it there")  # fmt: skip
        if name in domain.mx[:index]:
            yield Finding(where, "duplicate-mx", f"{name} is here twice", "name it once")


def _unknown(system: System, where: tuple[str | int, ...], name: str) -> Finding:
    known = ", ".join(system.hosts)
    return Finding(where, "unknown-host", f"there is no host {name!r}",
                   f"hosts are {known}" if known else "describe it under `hosts:`")  # fmt: skip
