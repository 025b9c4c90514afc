"""The parameters of OpenDKIM 2.11 (opendkim.conf(5)); both Debian releases have the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def known() -> frozenset[str]:
    """The names as the manual page spells them; OpenDKIM takes any case."""
    return frozenset(Path(__file__).with_name("parameters.txt").read_text("ascii").split())
