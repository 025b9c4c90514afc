"""Where a host is reached by SSH, and through which others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailctl.errors import HostError
from mailctl.model.host import Host, Ssh


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a host is: the name or address that is dialled, and how the spec says to log in.

    `others` are tried after it: a host is often set up before its name is in DNS.
    """

    name: str
    address: str
    ssh: Ssh
    others: tuple[str, ...] = ()


def destination(host: Host) -> Destination:
    """Where a host of the spec is reached; unless the spec says an address for SSH, those that
    the host is to have are tried after its name."""
    others = () if host.ssh.address else tuple(map(str, host.addresses))
    return Destination(host.name, host.ssh_address, host.ssh, others)


def route(name: str, find: Callable[[str], Destination]) -> tuple[Destination, ...]:
    """The hosts to go through, from the first one on, and at the end the host itself.

    Raises HostError when its jumps go in a circle, and what `find` raises.
    """
    hosts = [find(name)]
    seen = {name}
    while before := hosts[0].ssh.jump:
        if before in seen:
            raise HostError(name, f"`ssh: {{jump: {before}}}` goes in a circle",
                            "let one of them be reached directly")  # fmt: skip
        seen.add(before)
        hosts.insert(0, find(before))
    return tuple(hosts)
