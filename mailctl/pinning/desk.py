"""What the steps of a rollover work with, and what each of them comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailctl.dns.record import Record
from mailctl.dns.tlsa import tlsa_data, tlsa_name
from mailctl.errors import MailctlError
from mailctl.model.host import Host, Role
from mailctl.model.names import DomainName
from mailctl.model.system import System
from mailctl.model.tls_key import HostKeys
from mailctl.pinning.record import Clock, PinnedKey, Pinning
from mailctl.pinning.store import NAME, read
from mailctl.resolver.view import View
from mailctl.spec.suggest import did_you_mean

AskHost = Callable[[str], HostKeys]
"""Asks a host, by its name. Raises HostError."""


@dataclass(frozen=True, slots=True)
class Desk:
    """`system` is what the spec says; `view` asks the owners of DNS names; `ask` asks the hosts."""

    system: System
    view: View
    clock: Clock
    ask: AskHost


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one step for one host: a line or more. `moved`: the file says more than
    before; `refused`: the step is not to be taken yet, and the line says why."""

    host: str
    lines: tuple[str, ...]
    moved: bool = False
    refused: bool = False

    def __str__(self) -> str:
        first, *rest = self.lines
        return "\n".join((f"{self.host}: {first}", *rest))


def pinned_host(system: System, name: str) -> Host:
    """The host of that name. Raises MailctlError when the spec has none, or does not pin its
    keys."""
    host = system.hosts.get(name)
    if host is None:
        raise MailctlError(f"the spec has no host {name}", did_you_mean(name, system.hosts))
    if not host.pins_its_keys or not host.has(Role.MX):
        raise MailctlError(
            f"the keys of {name} are not pinned", "write `tlsa: automatic` for an MX host"
        )
    return host


def pinning_of(system: System, host: Host) -> Pinning | None:
    """What the host's file says. Raises MailctlError where the spec has left it behind."""
    pinning = read(system.folder, host.name)
    if pinning is not None and pinning.fqdn != host.fqdn:
        raise MailctlError(
            f"{host.name}: keys/tlsa/{host.name}/{NAME} is about {pinning.fqdn}, but the host is "
            f"{host.fqdn} by now",
            "move the file away, and pin the key anew",
        )
    return pinning


def begun(system: System, host: Host) -> Pinning:
    """The same of a host whose key is pinned. Raises MailctlError."""
    pinning = pinning_of(system, host)
    if pinning is None:
        raise MailctlError(
            f"{host.name}: its key is not pinned yet", f"mailctl tlsa pin --host {host.name}"
        )
    return pinning


def record_line(fqdn: DomainName, key: PinnedKey) -> str:
    """A key's record, as a zone file has it."""
    return f"  {tlsa_name(fqdn)}. TLSA {tlsa_data(key.digest)}"


def longest_memory(ttl: int) -> int:
    """The longest, in seconds, for which a record is remembered that DNS gives with this TTL, and
    that we print with ours."""
    return max(ttl, Record("", "TLSA", "", zone="").ttl)
