"""The guard that outlives the agent on a host, as a file: the parts that take a switch back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mailctl.deploy.script import script, version

PARTS = ("await", "common", "work", "switch", "probe", "mail", "guard", "stand")
_HEAD = "# mailctl's guard "


@dataclass(frozen=True, slots=True)
class GuardText:
    """Its text, and the version that stands in its first line."""

    text: bytes
    version: str


@cache
def guard_text() -> GuardText:
    """The guard of this mailctl."""
    parts = script(*PARTS)
    name = version(parts)
    return GuardText(f"{_HEAD}{name}\nroot=$1 mode=$2\n".encode() + parts, name)
