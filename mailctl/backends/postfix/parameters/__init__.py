"""The parameters that each Postfix has: the names that `postconf -d` prints, as data.

Left out: those that Debian's stock master.cf adds for services which we do not run.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def known(version: tuple[int, int]) -> frozenset[str]:
    """The names of main.cf's parameters in Postfix `version`, as (3, 7)."""
    text = files(__name__).joinpath(f"{version[0]}.{version[1]}.txt").read_text("ascii")
    return frozenset(text.split())
