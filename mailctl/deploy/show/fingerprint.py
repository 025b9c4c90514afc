"""A secret's content as the beginning of its digest: enough to compare by eye."""

from __future__ import annotations

_DIGITS = 12


def marks(before: str, after: str) -> str:
    """`<secret 0123456789ab -> ba9876543210>`; a digest that is empty is left out."""
    return f"<secret {' -> '.join(digest[:_DIGITS] for digest in (before, after) if digest)}>"
