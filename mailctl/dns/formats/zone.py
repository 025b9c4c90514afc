"""Records gathered by zone, in the order in which people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from mailctl.dns.formats.comments import one_line
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

    @property
    def advice(self) -> str:
        """Who has to be asked for these records; empty for the spec's own zones."""
        if self.reverse:
            return "The provider of the addresses sets these: ask there."
        if self.foreign:
            return "None of the spec's domains: whoever runs this zone has to add these records."
        return ""

    @property
    def sets(self) -> tuple[RecordSet, ...]:
        """The records by name and type, in their order."""
        members = groupby(self.records, key=lambda record: (record.name, record.type))
        return tuple(RecordSet(*key, tuple(found)) for key, found in members)

    def relative(self, name: str) -> str:
        """A name as seen from the zone; empty for the apex."""
        return name.removesuffix(self.name).removesuffix(".")


@dataclass(frozen=True, slots=True)
class RecordSet:
    """All records of one name and type, which resolvers only know together."""

    name: str
    type: str
    records: tuple[Record, ...]

    @property
    def ttl(self) -> int:
        """One for all (RFC 2181, 5.2): the shortest, so that none lives longer than it may."""
        if len(self.records) == 1:
            return self.records[0].ttl
        return min(record.ttl for record in self.records)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the records are there, each reason once and on one line."""
        reasons = (one_line(record.why) for record in self.records)
        return tuple(dict.fromkeys(filter(None, reasons)))


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


def _place(record: Record) -> tuple[list[str], str, str]:
    return record.name.split(".")[::-1], record.type, record.data
