"""The parameters that each Postfix has: the names that `postconf -d` prints, as data.

Left out: those that Debian's stock master.cf adds for services which we do not run. 3.7 and 3.10
are what the daemons print; 3.9 is 3.10 without what postconf(5) dates to 3.10.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_LISTS = {
    version: Path(__file__).with_name(f"{version[0]}.{version[1]}.txt")
    for version in ((3, 7), (3, 9), (3, 10))
}


@cache
def known(version: tuple[int, int]) -> frozenset[str]:
    """The names of main.cf's parameters in Postfix `version`, as (3, 7).

    For a version that has no list, those of the nearest one before it: no parameter of it is
    unknown to the daemon.
    """
    nearest = max(listed for listed in _LISTS if listed <= version)
    return frozenset(_LISTS[nearest].read_text("ascii").split())
