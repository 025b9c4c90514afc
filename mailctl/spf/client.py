"""Who connects, and what it says of itself: what a check is about, and its macros' values."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from mailctl.spf.expansion import arpa_label, dotted

IpAddress = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Client:
    """An SMTP client. `sender` has a local part; `at` are seconds since 1970, for `%{t}`."""

    address: IpAddress
    sender: str
    helo: str
    receiver: str = "unknown"
    at: int = 0

    def value(self, letter: str) -> str:
        """The value of a macro that needs neither the current domain nor DNS (7.2)."""
        local, _, domain = self.sender.rpartition("@")
        return {
            "s": self.sender,
            "l": local,
            "o": domain,
            "i": dotted(self.address),
            "h": self.helo.removesuffix("."),
            "c": str(self.address),
            "r": self.receiver,
            "t": str(self.at),
            "v": arpa_label(self.address),
        }[letter]


def true_address(address: str | IpAddress) -> IpAddress:
    """An IPv4 address that comes as ::ffff:192.0.2.1 is what it is (5). Raises ValueError."""
    value = ip_address(address)
    mapped = value.ipv4_mapped if isinstance(value, IPv6Address) else None
    return mapped or value


def whole_sender(sender: str, domain: str) -> str:
    """A sender without a local part is its postmaster (2.4, 4.3)."""
    local, _, of = sender.rpartition("@")
    return f"{local or 'postmaster'}@{of or domain}"
