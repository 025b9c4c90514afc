"""The parameters that each Postfix has: the names that `postconf -d` prints, as data.

Left out: those that Debian's stock master.cf adds for services which we do not run.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def known(version: tuple[int, int]) -> frozenset[str]:
    """The names of main.cf's parameters in Postfix `version`, as (3, 7)."""
    file = Path(__file__).with_name(f"{version[0]}.{version[1]}.txt")
    return frozenset(file.read_text("ascii").split())
