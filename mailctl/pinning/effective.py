"""What the spec says, with the keys of the hosts that pin theirs, as far as they are known.

Pure. All commands work with the result, so that what is checked, planned, applied and printed for
DNS is one thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mailctl.errors import Finding, Severity
from mailctl.model.host import Role
from mailctl.model.system import System
from mailctl.pinning.record import Pinning
from mailctl.pinning.store import NAME, read

Pinnings = Mapping[str, Pinning]


def pinnings_of(system: System) -> dict[str, Pinning]:
    """The files beside the spec, of the hosts that pin their keys. Raises MailctlError for a
    damaged one."""
    return {
        host.name: pinning
        for host in system.hosts.values()
        if host.pins_its_keys and (pinning := read(system.folder, host.name)) is not None
    }


def effective(system: System, pinnings: Pinnings) -> System:
    """The system that holds; the same one where no file changes anything. Twice is as once."""
    changed = {
        name: replace(system.hosts[name], tls_keys=tuple(key.key for key in pinning.keys))
        for name, pinning in pinnings.items()
        if _holds(system, pinning)
    }
    return replace(system, hosts={**system.hosts, **changed}) if changed else system


def findings(system: System, pinnings: Pinnings) -> Iterator[Finding]:
    """A warning for each host whose key is not pinned yet, or whose file the spec has left."""
    for host in system.hosts.values():
        if not host.pins_its_keys or not host.has(Role.MX):
            continue
        pinning = pinnings.get(host.name)
        if pinning is not None and _holds(system, pinning):
            continue
        was = (
            f"its key is not known here, so that no TLSA record is published for {host.fqdn}"
            if pinning is None
            else f"keys/tlsa/{host.name}/{NAME} is about {pinning.fqdn}, but the host is "
            f"{host.fqdn} by now: no TLSA record is published"
        )
        yield Finding(
            ("hosts", host.name, "tlsa"),
            "tlsa-unpinned",
            was,
            f"when apply has brought a certificate: mailctl tlsa pin --host {host.name}",
            Severity.WARNING,
        )


def _holds(system: System, pinning: Pinning) -> bool:
    """Whether the file speaks for the host: its records are at the name that it has now."""
    host = system.hosts.get(pinning.host)
    return host is not None and host.pins_its_keys and host.fqdn == pinning.fqdn
