"""A heading of main.cf and the settings below it; and where our files lie on the host."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.backends.base import Setting
from mailctl.bundle import CURRENT

FOLDER = f"{CURRENT}/postfix"


@dataclass(frozen=True, slots=True)
class Section:
    """Settings of one topic, in the order in which they stand in the file."""

    title: str
    settings: tuple[Setting, ...]


def table(name: str) -> str:
    """A compiled table of ours, as main.cf names it (lmdb_table(5))."""
    return f"lmdb:{FOLDER}/{name}"


def patterns(name: str) -> str:
    """A table of regular expressions of ours (pcre_table(5)); it is read as it stands."""
    return f"pcre:{FOLDER}/{name}"
