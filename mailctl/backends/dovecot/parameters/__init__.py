"""The parameters that each Dovecot has at the top of its file: names of `doveconf -d`, as data.

Left out: those that mean something only within a block (passdb_..., service_..., namespace_...).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def known(version: str) -> frozenset[str]:
    """The names of plain parameters in Dovecot `version`, as "2.4"."""
    text = Path(__file__).with_name(f"{version}.txt").read_text("ascii")
    return frozenset(text.split())
