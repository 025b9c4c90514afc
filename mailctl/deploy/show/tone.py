"""What a line of a plan or of a diff is, so that a terminal can set it off by colour."""

from __future__ import annotations

from enum import Enum


class Tone(Enum):
    """Of a whole line."""

    PLAIN = "plain"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    PLACE = "place"
    """Where in a file a diff is."""
    WARNING = "warning"


_BY_SIGN = {"+": Tone.ADDED, "-": Tone.REMOVED, "~": Tone.CHANGED, "!": Tone.WARNING}


def tone_of(line: str) -> Tone:
    """By the sign that the line begins with, as `show.text` and unified diffs write it."""
    if line.startswith("@@"):
        return Tone.PLACE
    return _BY_SIGN.get(line.lstrip(" ")[:1], Tone.PLAIN) if _has_sign(line) else Tone.PLAIN


def _has_sign(line: str) -> bool:
    """A diff's sign is the first character; a plan's stands behind blanks, before another."""
    sign = line.lstrip(" ")
    return line[:1] in ("+", "-") or (line[:2] == "  " and sign[1:2] == " ")
