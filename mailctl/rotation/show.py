"""The state of all keys, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mailctl.keys.state_form import said
from mailctl.rotation.calendar import DomainStatus, Due, KeyStatus, calendar

FORMAT_VERSION = 1
"""Of the JSON document."""


def as_text(statuses: tuple[DomainStatus, ...]) -> str:
    """A line a key, and after an empty line the calendar."""
    rows = [_row(one, key) for one in statuses for key in one.keys]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(5)]
    due = calendar(statuses)
    lines = [
        *(_aligned(row, widths) for row in rows),
        *_left_behind(statuses),
        *(["", *(one.line for one in due)] if due else []),
    ]
    return "".join(f"{line}\n" for line in lines)


def as_json(statuses: tuple[DomainStatus, ...]) -> str:
    """The same; moments are in UTC (RFC 3339)."""
    document = {
        "version": FORMAT_VERSION,
        "domains": [
            {
                "domain": one.domain,
                "left_behind": one.left_behind,
                "keys": list(map(_key_document, one.keys)),
            }
            for one in statuses
        ],
        "calendar": list(map(_due_document, calendar(statuses))),
    }
    return json.dumps(document, indent=2) + "\n"


def _row(one: DomainStatus, key: KeyStatus) -> tuple[str, ...]:
    since = f"{key.since:%Y-%m-%d}" if key.since else "-"
    return (one.domain, key.selector, key.kind.value, key.state.value, since, key.next)


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
    return "  ".join((*cells, row[-1]))


def _left_behind(statuses: tuple[DomainStatus, ...]) -> Iterator[str]:
    for one in statuses:
        if one.left_behind:
            yield f"{one.domain}: the spec has another first selector than rotation.json, and holds"


def _key_document(key: KeyStatus) -> dict[str, Any]:
    return {
        "selector": key.selector,
        "kind": key.kind.value,
        "state": key.state.value,
        "since": said(key.since) if key.since else None,
        "next": key.next,
    }


def _due_document(due: Due) -> dict[str, str]:
    return {
        "due": said(due.when),
        "domain": due.domain,
        "what": due.what,
        "command": due.command,
    }
