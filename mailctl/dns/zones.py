"""Which zone a name belongs to, as far as a spec can tell.

The spec does not say where zones are cut. Each of its domains is taken for a zone; a host
whose name lies under none of them belongs to the zone of its parent, which is then foreign.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from mailctl.dns.record import Record
from mailctl.model.system import System

_REVERSE_LABELS = {4: 1, 6: 16}
"""How many labels of a reverse name stand before the zone: of a /24 (IPv4), of a /64 (IPv6)."""


class Zones:
    """The zones of one spec."""

    def __init__(self, system: System) -> None:
        self._own = frozenset(system.domains)

    def of(self, name: str) -> tuple[str, bool]:
        """The zone of a name (absolute, without the final dot), and whether it is foreign."""
        suffix = name
        while suffix:
            if suffix in self._own:
                return suffix, False
            suffix = suffix.partition(".")[2]
        labels = name.split(".")
        # what stands before a label with an underscore is no host (RFC 8552, 1.1)
        marked = [place for place, label in enumerate(labels) if label.startswith("_")]
        labels = labels[marked[-1] + 1 :] if marked else labels
        name = ".".join(labels)
        # a name of two labels is itself what one registers; its parent is a top level domain
        return (".".join(labels[1:]) if len(labels) > 2 else name), True

    def record(self, name: str, kind: str, data: str, why: str) -> Record:
        """A record in the zone that its name belongs to."""
        zone, foreign = self.of(name)
        return Record(name, kind, data, zone=zone, why=why, foreign=foreign)


def reverse_zone(address: IPv4Address | IPv6Address) -> str:
    """The zone under in-addr.arpa (RFC 1035, 3.5) or ip6.arpa (RFC 3596, 2.5) of an address,
    cut as providers mostly cut it."""
    labels = address.reverse_pointer.split(".")
    return ".".join(labels[_REVERSE_LABELS[address.version] :])
