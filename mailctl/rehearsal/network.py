"""A network without an uplink: a bridge in a namespace of its own, a wire to each member.

Members carry whatever addresses they are given, each as a single address (/32, /128) with the
whole world on the link, so that any spec's addresses work and none has to be routed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from mailctl.rehearsal import program
from mailctl.rehearsal.ledger import Ledger

IpAddress = IPv4Address | IPv6Address

_BRIDGE = "bridge0"
_WIRE = "host0"
"""What systemd-nspawn(1) calls a container's interface."""


@dataclass(slots=True)
class Network:
    """The bridge of one run; `ledger` remembers the namespaces."""

    ledger: Ledger
    members: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._make_namespace(self._hub)
        _configure(
            self._hub,
            (
                "link set lo up",
                f"link add {_BRIDGE} type bridge mcast_snooping 0",
                f"link set {_BRIDGE} up",
            ),
        )

    @property
    def _hub(self) -> str:
        return self.namespace("wires")

    def namespace(self, member: str) -> str:
        """The name of a member's namespace, as `ip netns list` shows it."""
        return f"mailctl-{self.ledger.run}-{member}"

    def join(self, member: str, addresses: Iterable[IpAddress]) -> str:
        """A new member with these addresses, all others on its link; its namespace's name."""
        name = self._wire(member)
        families = ("-4", "-6")
        _configure(name, [_address(address) for address in addresses])
        for family in families:
            program.run("ip", "-n", name, family, "route", "add", "default", "dev", _WIRE)
        return name

    def join_narrowly(
        self, member: str, addresses: Iterable[IpAddress], reachable: Iterable[IpAddress]
    ) -> str:
        """A new member that reaches these addresses alone, and learns of all others at once
        that there is no way: what asks the user's own name servers from here does not wait."""
        name = self._wire(member)
        _configure(name, [_address(address) for address in addresses])
        self.open_way(name, reachable)
        return name

    def lend(self, namespace: str, addresses: Iterable[IpAddress]) -> None:
        """Further addresses of a member, none of which it chooses as its own (RFC 6724, 5)."""
        _configure(namespace, [f"{_address(address)} preferred_lft 0" for address in addresses])

    def open_way(self, namespace: str, reachable: Iterable[IpAddress]) -> None:
        """Let a member that joined narrowly reach further addresses."""
        _configure(namespace, [f"route replace {address} dev {_WIRE}" for address in reachable])

    def _wire(self, member: str) -> str:
        name = self.namespace(member)
        port = f"port{len(self.members)}"
        self.members.append(member)
        self._make_namespace(name)
        _configure(
            self._hub,
            (
                f"link add {port} type veth peer name {_WIRE} netns {name}",
                f"link set {port} master {_BRIDGE} up",
            ),
        )
        _configure(name, ("link set lo up", f"link set {_WIRE} up"))
        return name

    def _make_namespace(self, name: str) -> None:
        self.ledger.note("namespace", name)
        program.run("ip", "netns", "add", name)


def _address(address: IpAddress) -> str:
    # nodad: an address that is still being tried for duplicates cannot be bound to
    flags = " nodad" if address.version == 6 else ""
    return f"address add {address}/{address.max_prefixlen} dev {_WIRE}{flags}"


def _configure(namespace: str, commands: Iterable[str]) -> None:
    program.run("ip", "-n", namespace, "-batch", "-", stdin="\n".join(commands).encode())
