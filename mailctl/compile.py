"""Model and public keys to a Bundle: every backend's contribution, summed, sorted, checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from mailctl.backends.base import Vault
from mailctl.backends.registry import BACKENDS
from mailctl.bundle import Bundle, Contribution, HostBundle
from mailctl.dns.mta_sts import policies
from mailctl.dns.record import Record
from mailctl.model.host import Host, SelfSigned
from mailctl.model.system import System

_IN_GIVEN_ORDER = frozenset({"builds", "checks", "services"})


def compile_system(system: System, vault: Vault, records: Iterable[Record]) -> Bundle:
    """Everything the spec means, for all hosts. Pure: the same values give the same Bundle."""
    hosts = tuple(compile_host(system, host, vault) for host in system.hosts.values())
    return Bundle(hosts, tuple(sorted(records)), tuple(policies(system)))


def compile_host(system: System, host: Host, vault: Vault) -> HostBundle:
    """One host's content; raises ValueError when two backends claim one path, which is a bug."""
    given = [backend.contribute(system, host, vault) for backend in BACKENDS]
    content = Contribution(
        **{part.name: _joined(part.name, given) for part in fields(Contribution)}
    )
    _refuse_double_claims(content)
    return HostBundle(
        host=host.name,
        platform=host.platform.name,
        content=content,
        self_signed=host.fqdn if isinstance(host.tls, SelfSigned) else "",
        overrides=host.overrides,
    )


def _joined(part: str, given: list[Contribution]) -> tuple[Any, ...]:
    """One field of all contributions; checks and builds keep the order that they run in."""
    values = [value for contribution in given for value in getattr(contribution, part)]
    if part == "services":
        return _merged_services(values)
    if part in _IN_GIVEN_ORDER:
        return tuple(dict.fromkeys(values))
    return tuple(sorted(set(values)))


def _merged_services(services: list[Any]) -> tuple[Any, ...]:
    """Services of one unit become one, which reloads on what any of them reloads on."""
    merged: dict[str, Any] = {}
    for service in services:
        known = merged.get(service.unit)
        merged[service.unit] = (
            service
            if known is None
            else replace(
                known,
                reload_on=tuple(dict.fromkeys(known.reload_on + service.reload_on)),
                restart_on=tuple(dict.fromkeys(known.restart_on + service.restart_on)),
            )
        )
    return tuple(merged.values())


def _refuse_double_claims(content: Contribution) -> None:
    for claimed in (content.artefacts, content.links, content.directories):
        paths = [item.path for item in claimed]
        twice = (
            {path for path in paths if paths.count(path) > 1}
            if len(set(paths)) < len(paths)
            else set()
        )
        if twice:
            raise ValueError(f"claimed by two backends: {', '.join(sorted(twice))}")
