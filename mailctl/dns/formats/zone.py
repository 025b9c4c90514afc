"""Records gathered by zone, in the order in which people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.dns.formats.strings import quoted
from mailctl.dns.record import Record


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone with its records: the apex first, then each name before those below it."""

    name: str
    records: tuple[Record, ...]

    @property
    def foreign(self) -> bool:
        """None of the spec's domains: somebody else may have to be asked."""
        return any(record.foreign for record in self.records)

    @property
    def reverse(self) -> bool:
        return self.name.endswith(".arpa")


def by_zone(records: Iterable[Record]) -> tuple[Zone, ...]:
    """The spec's own zones, then foreign ones, then reverse zones; each group by name."""
    gathered: dict[str, list[Record]] = {}
    for record in records:
        gathered.setdefault(record.zone, []).append(record)
    zones = [Zone(name, tuple(sorted(members, key=_place))) for name, members in gathered.items()]
    return tuple(sorted(zones, key=lambda zone: (zone.reverse, zone.foreign, zone.name)))


def presented(record: Record) -> str:
    """The data as a zone file writes it."""
    return quoted(record.data) if record.type == "TXT" else record.data


def _place(record: Record) -> tuple[tuple[str, ...], Record]:
    return tuple(reversed(record.name.split("."))), record
