"""Escape for YAML 1.1, as PyYAML reads it: whole numbers, `true` and `false` are written as they
are, and every other value is a text in double quotes."""

from __future__ import annotations

import json

_SWITCHES = frozenset(("true", "false"))


def scalar(text: str) -> str:
    """A value as one scalar. JSON's escapes are among those of double quotes (YAML 1.2.2, 1.3), and
    no line ends within them."""
    if text in _SWITCHES or (text.isascii() and text.isdigit() and str(int(text)) == text):
        return text
    return json.dumps(text)


FILTERS = {"scalar": scalar}
