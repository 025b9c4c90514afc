"""A heading of main.cf and the settings below it; and where our files lie on the host."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.backends.base import Setting
from mailctl.model.host import Host


@dataclass(frozen=True, slots=True)
class Section:
    """Settings of one topic, in the order in which they stand in the file."""

    title: str
    settings: tuple[Setting, ...]


def folder(host: Host) -> str:
    """Where our files for Postfix lie on the host."""
    return f"{host.platform.places.tree}/postfix"


def table(host: Host, name: str) -> str:
    """A compiled table of ours, as main.cf names it (DATABASE_README)."""
    places = host.platform.places
    return f"{places.table_type}:{places.tables}/{name}"


def patterns(host: Host, name: str) -> str:
    """A table of regular expressions of ours (pcre_table(5)); it is read as it stands."""
    return f"pcre:{folder(host)}/{name}"
