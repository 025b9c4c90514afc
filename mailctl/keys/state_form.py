"""The JSON of state files: written for people to read, read strictly, for a guess could take the
one key away that receivers have.

Moments are in UTC (RFC 3339, to the second). There is nothing secret in it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_FORM = "2026-11-01T12:00:00Z"


class Damaged(ValueError):
    """The file is none that we would have written; says in words why."""


def written(document: object) -> str:
    """The file's text."""
    return json.dumps(document, indent=2) + "\n"


def document_of(content: bytes) -> object:
    """What a file holds, with no key twice. Raises ValueError."""
    try:
        return json.loads(content.decode(), object_pairs_hook=_without_repeats)
    except (UnicodeDecodeError, RecursionError) as error:
        raise Damaged("it is no JSON") from error


def fields(document: object, *names: str) -> tuple[Any, ...]:
    """Exactly these fields of a mapping, in this order. Raises Damaged."""
    if not isinstance(document, dict) or set(document) != set(names):
        raise Damaged(f"a part of it does not have exactly the keys {', '.join(names)}")
    return tuple(document[name] for name in names)


def refuse_version(version: object, known: int) -> None:
    """Raises Damaged for a file of another version."""
    if version != known or isinstance(version, bool):
        raise Damaged(f"it is of version {version!r}, and this mailctl knows {known}")


def said(moment: datetime) -> str:
    """A moment as the file has it."""
    return moment.astimezone(UTC).strftime(_MOMENT)


def moment_of(value: object) -> datetime:
    """The moment that `said` wrote. Raises Damaged."""
    if not isinstance(value, str):
        raise Damaged(f"{value!r} is no moment")
    try:
        moment = datetime.fromisoformat(value)  # strptime() is ten times slower
    except ValueError:
        raise Damaged(f"{value!r} is no moment in the form {_FORM}") from None
    if moment.tzinfo is None or said(moment) != value:
        raise Damaged(f"{value!r} is no moment in the form {_FORM}")
    return moment


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Damaged("a key stands in it twice")
    return found
