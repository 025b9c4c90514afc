"""Keeps known secrets out of what is shown: by value, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterable

PLACE_HOLDER = "<secret>"


class Redaction:
    """Replaces known secrets in text.

    A value is also recognised as JSON and as Python's `repr` write it. Longer values go
    first, so that one that contains another leaves nothing behind.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = set(filter(None, values))
        self._forms: list[str] = []

    def add(self, value: str) -> None:
        """Learn a secret; an empty one is none."""
        if value:
            self._values.add(value)
            self._forms = []

    def __call__(self, text: str) -> str:
        """The text without any secret that is known by now."""
        self._forms = self._forms or _forms(self._values)
        for form in self._forms:
            if form in text:
                text = text.replace(form, PLACE_HOLDER)
        return text

    def __repr__(self) -> str:
        return f"Redaction(of {len(self._values)} values)"


def _forms(values: Iterable[str]) -> list[str]:
    """Every way in which the values may stand in a text, the longest first."""
    import json  # only where something is shown

    forms = {
        form for value in values for form in (value, json.dumps(value)[1:-1], repr(value)[1:-1])
    }
    return sorted(forms, key=lambda form: (-len(form), form))
