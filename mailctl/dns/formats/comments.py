"""Reasons as comments: a line of printable characters cannot end a comment in any grammar here.

YAML refuses control characters even in comments, and JavaScript ends a line at U+2028 as well.
"""

from __future__ import annotations


def one_line(text: str) -> str:
    """The text on one line, each run of blanks and line ends one blank, the unprintable a `?`."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(map(_shown, line))


def _shown(character: str) -> str:
    return character if character.isprintable() else "?"
