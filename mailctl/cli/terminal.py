"""What a stream can show: colour and rewriting on a terminal, and only where they are wanted."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

import click


def rewrites(*, err: bool = False) -> bool:
    """Whether a line there can be written over (ECMA-48: CR, and EL to the end of the line)."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def painted(text: str, *, err: bool = False, **style: Any) -> str:
    """The text in a style of click's; as it is where NO_COLOR is set (no-color.org)."""
    return click.style(text, **style) if rewrites(err=err) and not _no_colour() else text


def width() -> int:
    """Columns of the terminal."""
    return shutil.get_terminal_size().columns


def shown(text: str) -> str:
    """What a host said, without what would steer the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def _no_colour() -> bool:
    return bool(os.environ.get("NO_COLOR"))
