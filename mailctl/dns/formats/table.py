"""Records as a table for people, plain text; each TXT on one line, so that it can be copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.dns.formats.comments import one_line
from mailctl.dns.formats.zone import Zone, by_zone, presented
from mailctl.dns.record import Record


def table(records: Iterable[Record], explain: bool = False) -> str:
    """A block for each zone: name, type and data; with `explain` each reason below its record."""
    return "\n".join("\n".join(_block(zone, explain)) + "\n" for zone in by_zone(records))


def _block(zone: Zone, explain: bool) -> Iterator[str]:
    yield f"{zone.name}{_note(zone)}"
    names = max(len(record.name) for record in zone.records)
    types = max(len(record.type) for record in zone.records)
    for record in zone.records:
        yield f"  {record.name:{names}}  {record.type:{types}}  {presented(record)}"
        if explain:
            yield f"      {one_line(record.why)}"


def _note(zone: Zone) -> str:
    if zone.reverse:
        return "  (reverse names: ask the provider of the addresses)"
    return "  (none of the spec's domains: ask whoever runs this zone)" if zone.foreign else ""
