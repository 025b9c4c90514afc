"""Escape for unbound.conf(5): `name: value` in clauses, `#` begins a comment, quotes hold a text
that is empty or has blanks."""

from __future__ import annotations

_PLAIN = frozenset("/.:-_")


def word(text: str) -> str:
    """A value as one word, quoted where it has to be; raises ValueError for what quotes cannot
    hold."""
    if not text.isprintable() or '"' in text:
        raise ValueError(f"unbound.conf cannot hold the value {text!r}")
    plain = text and all((c.isascii() and c.isalnum()) or c in _PLAIN for c in text)
    return text if plain else f'"{text}"'


FILTERS = {"word": word}
