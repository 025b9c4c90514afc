"""Dynamic updates (RFC 2136) as a script for nsupdate(1).

What is ours as a whole is replaced within one message, so no resolver sees it half. A TXT may
have a neighbour that is somebody else's, so TXT are only added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailctl.dns.formats.zone import RecordSet, Zone, presented

_LARGEST = 60_000
"""Bytes of records in one message, names not compressed; 65535 are the end (RFC 1035, 4.2.2)."""
_FIXED = 32
"""Bytes of a record besides its name and data, and what an AAAA takes more than `::1` shows."""
_HEAD = """\
; Updates for nsupdate(1). Which server, and the key that it trusts, are said there:
;   (echo "server ns.example.org"; cat THIS_FILE) | nsupdate -k KEY_FILE
;
; Other types than TXT are replaced as a whole at the names below. TXT are only added, since
; a TXT of somebody else may stand at the same name; so a former one of ours stays until you
; delete it: `update delete NAME TXT "its text"`. Two SPF records at one name are an error
; (RFC 7208, 4.5), two DMARC records count as none (RFC 9989).
"""


def nsupdate_script(zones: Sequence[Zone]) -> str:
    """The updates of all zones, one message for each as long as it fits."""
    return "\n".join([_HEAD, *("\n".join(_updates(zone)) + "\n" for zone in zones)])


def _updates(zone: Zone) -> Iterator[str]:
    if zone.advice:
        yield f"; {zone.advice}"
    yield f"zone {zone.name}."
    filled = 0
    for found in zone.sets:
        size = _size(found)
        if filled and filled + size > _LARGEST:
            yield "send"
            yield f"zone {zone.name}."
            filled = 0
        filled += size
        yield from _set(found)
    yield "send"


def _set(found: RecordSet) -> Iterator[str]:
    yield from (f"; {reason}" for reason in found.reasons)
    if found.type != "TXT":
        yield f"update delete {found.name}. {found.type}"
    for record in found.records:
        yield f"update add {found.name}. {found.ttl} {found.type} {presented(record)}"


def _size(found: RecordSet) -> int:
    """Not less than what the updates of a set take on the wire."""
    longest = len(found.name) + _FIXED
    return longest + sum(longest + len(presented(record)) for record in found.records)
