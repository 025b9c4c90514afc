"""Records as JSON, for programs. Its version changes when a reader would have to change.

    {"version": 1,
     "zones": [{"name": ..., "foreign": false, "records": [
         {"name": ..., "type": ..., "ttl": 3600, "data": ..., "why": ...}]}]}

Names have no final dot. `data` is the whole text of a TXT record, neither quoted nor cut into
strings; of other types it is the presentation form, with the final dot of names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from mailctl.dns.formats.zone import by_zone
from mailctl.dns.record import Record

VERSION = 1


def json_text(records: Iterable[Record]) -> str:
    """All zones as one JSON document, ending in a newline."""
    zones = [
        {
            "name": zone.name,
            "foreign": zone.foreign,
            "records": [_value(record) for record in zone.records],
        }
        for zone in by_zone(records)
    ]
    return json.dumps({"version": VERSION, "zones": zones}, indent=2) + "\n"


def _value(record: Record) -> dict[str, object]:
    return {
        "name": record.name,
        "type": record.type,
        "ttl": record.ttl,
        "data": record.data,
        "why": record.why,
    }
