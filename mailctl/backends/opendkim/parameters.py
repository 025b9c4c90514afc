"""The parameters of OpenDKIM 2.11 (opendkim.conf(5)); both Debian releases have the same."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def known() -> frozenset[str]:
    """The names as the manual page spells them; OpenDKIM takes any case."""
    return frozenset(files(__package__).joinpath("parameters.txt").read_text("ascii").split())
