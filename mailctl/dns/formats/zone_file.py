"""Zone files (RFC 1035, 5), as BIND, NSD and Knot read them.

Without a name server it is a fragment for `$INCLUDE`, without SOA and NS, which only those
know who run the zone; with one it is a zone that can be served as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.dns.formats.comments import one_line
from mailctl.dns.formats.zone import Zone, by_zone, presented
from mailctl.dns.record import Record

_TTL = 3600
_TIMES = "3600 900 1209600 300"
"""Refresh, retry, expire (RFC 1912, 2.2), and how long an absence may be remembered (RFC 2308, 4),
in seconds."""


def zone_file(zone: str, records: Iterable[Record], nameserver: str = "", serial: int = 1) -> str:
    """The records that belong to `zone`, all names absolute, each after its reason.

    `nameserver` is a host name without the final dot; its address is not added. The serial
    is whatever the caller counts (RFC 1982), for nothing here knows the time.
    """
    mine = [record for record in records if record.zone == zone]
    found = by_zone(mine) or (Zone(zone, ()),)
    return zone_text(found[0], nameserver, serial)


def zone_text(zone: Zone, nameserver: str = "", serial: int = 1) -> str:
    """The same of a zone whose records are gathered already."""
    head = [*_heading(zone, bool(nameserver)), *_authority(zone.name, nameserver, serial)]
    if len({record.ttl for record in zone.records}) == 1:
        entries = [_entry(record, record.ttl) for record in zone.records]
    else:
        entries = [_entry(record, found.ttl) for found in zone.sets for record in found.records]
    return "\n".join((*head, *entries, ""))


def _heading(zone: Zone, whole: bool) -> Iterator[str]:
    yield f"; {'Zone' if whole else 'Records for the zone'} {zone.name}"
    if zone.advice:
        yield f"; {zone.advice}"
    if not whole:
        yield "; Without SOA and NS, to be included in the zone: $INCLUDE this file."


def _authority(zone: str, nameserver: str, serial: int) -> Iterator[str]:
    if nameserver:
        yield ""
        yield f"$TTL {_TTL}"
        yield f"{zone}. IN SOA {nameserver}. hostmaster.{zone}. {serial} {_TIMES}"
        yield f"{zone}. IN NS {nameserver}."


def _entry(record: Record, ttl: int) -> str:
    """A record below its reason; `ttl` is that of all records of its name and type, for BIND
    warns of others (RFC 2181, 5.2)."""
    reason = f"; {one_line(record.why)}\n" if record.why else ""
    return f"\n{reason}{record.name}. {ttl} IN {record.type} {presented(record)}"
