"""Keeps known secrets out of what is shown: by value, wherever they come from."""

from __future__ import annotations

import json
from collections.abc import Iterable

PLACE_HOLDER = "<secret>"


class Redaction:
    """Replaces known secrets in text.

    A value is also recognised as JSON and as Python's `repr` write it. Longer values go
    first, so that one that contains another leaves nothing behind.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: list[str] = []
        self._sorted = True
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        """Learn a secret; an empty one is none."""
        if value:
            self._values += {value, json.dumps(value)[1:-1], repr(value)[1:-1]}
            self._sorted = False

    def __call__(self, text: str) -> str:
        """The text without any secret that is known by now."""
        if not self._sorted:
            self._values = sorted(set(self._values), key=lambda value: (-len(value), value))
            self._sorted = True
        for value in self._values:
            if value in text:
                text = text.replace(value, PLACE_HOLDER)
        return text

    def __repr__(self) -> str:
        return f"Redaction(of {len(self._values)} forms)"
