"""The state of all keys that are pinned, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from mailctl.keys.state_form import said
from mailctl.pinning.record import PinnedKey, Pinning
from mailctl.pinning.rotate import still_to_do

FORMAT_VERSION = 1
"""Of the JSON document."""


def as_text(hosts: Iterable[str], pinnings: Mapping[str, Pinning]) -> str:
    """A line a key, and what comes next."""
    lines: list[str] = []
    for host in hosts:
        pinning = pinnings.get(host)
        if pinning is None:
            lines.append(f"{host}  its key is not pinned: mailctl tlsa pin --host {host}")
            continue
        lines += (_row(pinning, key) for key in pinning.keys)
        if pinning.pending is not None:
            lines.append(f"{host}  {still_to_do(pinning)}")
    return "".join(f"{line}\n" for line in lines)


def as_json(hosts: Iterable[str], pinnings: Mapping[str, Pinning]) -> str:
    """The same; moments are in UTC (RFC 3339)."""
    document = {
        "version": FORMAT_VERSION,
        "hosts": [
            {
                "host": host,
                "keys": [] if (found := pinnings.get(host)) is None else _keys(found),
                "next": "" if found is None else still_to_do(found),
            }
            for host in hosts
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _row(pinning: Pinning, key: PinnedKey) -> str:
    cells = (f"{key.number}", key.stage.value.ljust(9), f"{key.since:%Y-%m-%d}", key.digest or "-")
    return "  ".join((pinning.host, *cells))


def _keys(pinning: Pinning) -> list[dict[str, object]]:
    return [
        {
            "number": key.number,
            "stage": key.stage.value,
            "since": said(key.since),
            "digest": key.digest,
            "lineage": pinning.lineage(key),
        }
        for key in pinning.keys
    ]
