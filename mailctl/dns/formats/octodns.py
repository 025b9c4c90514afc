"""Zones as octoDNS reads them: a YAML file each, for its YamlProvider.

Names are relative to the zone, the apex is the empty name, and keys stand in natural order,
where 2 comes before 12 (`enforce_order`). In TXT a `;` is written `\\;` and the text is not cut:
the providers of octoDNS do that. It drops quotes around a text and takes `" "` for a seam, so
the first is written in quotes of its own and the second refused, as is what it calls invalid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from mailctl.dns.formats import parts
from mailctl.dns.formats.zone import RecordSet, Zone, presented
from mailctl.dns.record import Record
from mailctl.errors import MailctlError

_DIGITS = re.compile(r"(\d+)")
_HEAD = """\
---
# Records for the zone {zone}, for octoDNS.
# Make this folder the directory of a YamlProvider with escaped_semicolons: true, and that a
# source of the zone. Without your other records as a second source octoDNS removes them. It
# holds all values of a name and type together: where a TXT of somebody else stands beside
# one of these (a site verification, say), add its text here."""


def octodns_yaml(zones: Sequence[Zone]) -> str:
    """A YAML document for each zone. Raises MailctlError for a text that octoDNS cannot hold."""
    return "".join("\n".join(_document(zone)) + "\n" for zone in zones)


def natural(name: str) -> tuple[tuple[str | int, ...], str]:
    """The sort key of octoDNS' natural order; equal numbers go by how they are written."""
    pieces = _DIGITS.split(name)
    return tuple(int(piece) if at % 2 else piece for at, piece in enumerate(pieces)), name


def _document(zone: Zone) -> Iterator[str]:
    yield _HEAD.format(zone=zone.name)
    if zone.advice:
        yield f"# {zone.advice}"
    by_name = groupby(zone.sets, key=lambda found: zone.relative(found.name))
    gathered = {name: tuple(sets) for name, sets in by_name}
    for name in sorted(gathered, key=natural):
        yield f"{_text(name)}:"
        for found in gathered[name]:
            yield from _entry(found, listed=len(gathered[name]) > 1)


def _entry(found: RecordSet, listed: bool) -> Iterator[str]:
    """A record set below its name, as an item of a list where the name has several types."""
    yield from (f"  # {reason}" for reason in found.reasons)
    margin = "    " if listed else "  "
    yield f"{'  - ' if listed else margin}ttl: {found.ttl}"
    yield f"{margin}type: {found.type}"
    values = [list(_value(record)) for record in found.records]
    if len(values) == 1:
        yield from _single(values[0], margin)
    else:
        yield f"{margin}values:"
        for first, *others in values:
            yield f"{margin}  - {first}"
            yield from (f"{margin}    {line}" for line in others)


def _single(value: Sequence[str], margin: str) -> Iterator[str]:
    if len(value) == 1:
        yield f"{margin}value: {value[0]}"
    else:
        yield f"{margin}value:"
        yield from (f"{margin}  {line}" for line in value)


def _value(record: Record) -> Iterable[str]:
    """The lines of a value: one for a scalar, one for each key of a mapping, keys in order."""
    match record.type:
        case "TXT":
            return (_text(_escaped(record)),)
        case "MX":
            mx = parts.mx(record.data)
            return (f"exchange: {_text(mx.exchange)}", f"preference: {mx.preference}")
        case "SRV":
            return _srv(parts.srv(record.data))
        case "TLSA":
            return _tlsa(parts.tlsa(record.data))
        case "CAA":
            caa = parts.caa(record.data)
            return (f"flags: {caa.flags}", f"tag: {_text(caa.tag)}", f"value: {_text(caa.value)}")
    return (_text(presented(record)),)


def _srv(srv: parts.SRV) -> Iterable[str]:
    return (
        f"port: {srv.port}",
        f"priority: {srv.priority}",
        f"target: {_text(srv.target)}",
        f"weight: {srv.weight}",
    )


def _tlsa(tlsa: parts.TLSA) -> Iterable[str]:
    return (
        f"certificate_association_data: {_text(tlsa.certificate)}",
        f"certificate_usage: {tlsa.usage}",
        f"matching_type: {tlsa.matching_type}",
        f"selector: {tlsa.selector}",
    )


def _escaped(record: Record) -> str:
    """A TXT as octoDNS keeps it."""
    text = record.data
    for what, why in (
        (not text.isascii(), "it is not ASCII"),
        ('" "' in text, 'octoDNS takes the `" "` in it for a seam'),
        ("\\;" in text, "octoDNS takes the `\\;` in it for an escape"),
    ):
        if what:
            raise MailctlError(
                f"octoDNS cannot hold the TXT record at {record.name}: {why}",
                "take another --format",
            )
    text = text.replace(";", "\\;")
    return f'"{text}"' if text.startswith('"') else text


def _text(text: str) -> str:
    """A YAML scalar that is a string whatever it holds."""
    if text.isprintable() and text.isascii():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text).replace("\x7f", "\\x7f")
