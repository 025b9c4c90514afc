"""Colour, where people want it: on a terminal, unless NO_COLOR is set (no-color.org)."""

from __future__ import annotations

import os
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


def coloured(text: str) -> str:
    """The text for standard output, its lines in the colours of what they are."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return "".join(map(_line, text.splitlines(keepends=True)))


def _line(line: str) -> str:
    style = _STYLES.get(tone_of(line))
    return click.style(line.rstrip("\n"), **style) + "\n" if style else line
