"""What a stream can show: colour and rewriting on a terminal, and only where they are wanted."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

import click

from mailctl.deploy.show.tone import Tone, tone_of

_STYLES: dict[Tone, dict[str, Any]] = {
    Tone.ADDED: {"fg": "green"},
    Tone.REMOVED: {"fg": "red"},
    Tone.CHANGED: {"fg": "yellow"},
    Tone.PLACE: {"fg": "cyan"},
    Tone.WARNING: {"fg": "red", "bold": True},
}


def rewrites(*, err: bool = False) -> bool:
    """Whether a line there can be written over (ECMA-48: CR, and EL to the end of the line)."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def coloured(text: str) -> str:
    """The text for standard output, its lines in the colours of what they are."""
    if not _has_colour(err=False):
        return text
    return "".join(map(_line, text.splitlines(keepends=True)))


def painted(text: str, *, err: bool = False, **style: Any) -> str:
    """The text in one style of click's."""
    return click.style(text, **style) if _has_colour(err=err) else text


def width() -> int:
    """Columns of the terminal."""
    return shutil.get_terminal_size().columns


def shown(text: str) -> str:
    """What a host said, without what would steer the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def _line(line: str) -> str:
    style = _STYLES.get(tone_of(line))
    return click.style(line.rstrip("\n"), **style) + "\n" if style else line


def _has_colour(*, err: bool) -> bool:
    """Not where NO_COLOR is set (no-color.org)."""
    return rewrites(err=err) and not os.environ.get("NO_COLOR")
