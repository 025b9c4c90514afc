"""What is there on a host of NixOS: the agent's lines as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailctl.deploy.lines import Lines
from mailctl.deploy.manifest import Manifest, parse
from mailctl.deploy.observation import Found, Observation

PARTS = ("common", "work", "nixos/system", "nixos/look")
"""Of the agent that looks, and waits."""
CHANGING = ("common", "work", "probe", "nixos/system", "nixos/places", "nixos/keep")
"""Of every one that changes something."""

WITHOUT_NUMBER = -1


@dataclass(frozen=True, slots=True)
class Seen:
    """A host of NixOS at one moment.

    `generation`, `digest` and `confirmed` are as in an Observation, `was` is the live manifest
    where its digest is not the one that was asked for. `system` is the number of the profile's
    system, `recorded` that of the moment when our generation was switched to; `host` is the name
    by which our module is a part of the running system, empty where it is none. `listing` is a
    sum over all that was found; `busy`: an earlier switch was cut off.
    """

    os: tuple[str, str]
    folder: bool
    rebuilds: bool
    generation: int
    digest: str
    confirmed: bool
    system: int
    recorded: int
    host: str
    listing: str
    busy: bool = False
    was: Manifest | None = None
    found: Mapping[str, Found] = field(default_factory=dict)

    @property
    def release(self) -> Observation:
        """As far as the refusal of another platform asks."""
        os_id, version = self.os
        return Observation(
            os_id=os_id,
            os_version=version,
            generation=self.generation,
            digest=self.digest,
            confirmed=self.confirmed,
            room=0,
            inodes=None,
            was=self.was,
        )


def seen(found: Lines) -> Seen:
    """The value; `found` has come to its end."""
    there = {row[0] for row in found.all("there")}
    number, digest, confirmed = found.one("live") or ("0", "-", "unconfirmed")
    system, recorded, host, listing = found.one("system") or ("", "", "", "")
    was = found.texts("was")
    return Seen(
        os=found.release("os"),
        folder="/etc/nixos" in there,
        rebuilds="nixos-rebuild" in there,
        generation=int(number),
        digest=digest,
        confirmed=confirmed == "confirmed",
        system=_number(system),
        recorded=_number(recorded),
        host=host,
        listing=listing,
        busy=bool(found.all("busy")),
        was=parse(was) if was else None,
        found=_files(found),
    )


def _number(link: str) -> int:
    """Of `system-42-link`."""
    number = link.removeprefix("system-").removesuffix("-link")
    return int(number) if number.isdecimal() else WITHOUT_NUMBER


def _files(found: Lines) -> dict[str, Found]:
    sums = {path: digest for digest, path in found.all("sum")}
    return {
        path: Found(kind, int(mode, 8), owner, group, sums.get(path, ""))
        for mode, owner, group, kind, path in found.all("mode")
    }
