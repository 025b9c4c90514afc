"""The keys of a map that change, a line each; never a value."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.deploy.entries import OTHERWISE, Delta
from mailctl.deploy.show.printable import printable

MOST = 100
"""Keys that are named of each kind of change; more are only counted."""


def entry_lines(delta: Delta) -> Iterator[str]:
    """`+ alias sales@example.org`, `~ user anna@example.org: password`."""
    noun = delta.entries.noun
    yield from _some("+", [f"{noun} {key}" for key in delta.added[:MOST]], len(delta.added))
    yield from _some("-", [f"{noun} {key}" for key in delta.removed[:MOST]], len(delta.removed))
    changed = [
        f"{noun} {key}" if how == OTHERWISE else f"{noun} {key}: {how}"
        for key, how in delta.changed[:MOST]
    ]
    yield from _some("~", changed, len(delta.changed))


def _some(sign: str, texts: list[str], count: int) -> Iterator[str]:
    for text in texts:
        yield f"{sign} {printable(text)}"
    if count > len(texts):
        yield f"{sign} and {count - len(texts)} more"
