"""What is true on a host, as a frozen value; `observe.py` fetches it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailctl.deploy.lines import Lines
from mailctl.deploy.manifest import Manifest, parse


@dataclass(frozen=True, slots=True)
class LiveAccount:
    """An account of the host, and all groups that it is in."""

    home: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class LiveService:
    """A unit as systemd has it: ActiveState and UnitFileState."""

    active: str
    enabled: str


@dataclass(frozen=True, slots=True)
class LiveCertificate:
    """The host's own certificate: the name that it was made for, and the seconds it has left."""

    name: str
    seconds_left: int


@dataclass(frozen=True, slots=True)
class Observation:
    """A host at one moment.

    `generation` is 0 where nothing of ours is live; `digest` is that of its manifest, `-` for
    none. `drift` are paths in the live generation that somebody changed. `was` is the live
    manifest; None when its digest is the one that was asked for, and when there is none.
    `links` says right, other, folder, file or absent for each path that was asked for.
    `room` is in KiB; `inodes` is None where the file system does not count them.
    `texts` are the live generation's plain files, where they were asked for.
    """

    os_id: str
    os_version: str
    generation: int
    digest: str
    confirmed: bool
    room: int
    inodes: int | None
    lock: str = ""
    drift: tuple[str, ...] = ()
    was: Manifest | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, LiveAccount] = field(default_factory=dict)
    directories: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, LiveService] = field(default_factory=dict)
    certificate: LiveCertificate | None = None
    texts: Mapping[str, bytes] = field(default_factory=dict)


def observation(found: Lines, units: tuple[str, ...]) -> Observation:
    """The agent's lines as a value; `units` in the order in which they were asked for."""
    os_id, os_version = found.one("os") or ("", "")
    number, digest, confirmed = found.one("live") or ("0", "-", "confirmed")
    room, inodes = found.one("room") or ("0", "-")
    was = found.texts("was")
    return Observation(
        os_id=os_id,
        os_version=os_version,
        generation=int(number),
        digest=digest,
        confirmed=confirmed == "confirmed",
        room=int(room),
        inodes=None if inodes == "-" else int(inodes),
        lock=" ".join(found.one("lock") or ()),
        drift=tuple(sorted(path for (path,) in found.all("drift"))),
        was=parse(was) if was else None,
        packages={
            name: version for name, status, version in found.all("package") if status == "installed"
        },
        accounts={
            name: LiveAccount(home, frozenset(groups.split()))
            for name, home, groups in found.all("account")
        },
        directories={
            path: (int(mode, 8), owner, group)
            for mode, owner, group, path in found.all("directory")
        },
        links={path: state for state, path in found.all("link")},
        services=_services(found, units),
        certificate=_certificate(found),
        texts={path: base64.b64decode(text) for path, text in found.all("text")},
    )


def _services(found: Lines, units: tuple[str, ...]) -> dict[str, LiveService]:
    """`systemctl show` answers in the order of the question, a blank line between two units."""
    blocks: list[dict[str, str]] = [{}]
    for line in found.texts("unit"):
        if line:
            name, _, value = line.partition("=")
            blocks[-1][name] = value
        else:
            blocks.append({})
    return {
        unit: LiveService(block.get("ActiveState", ""), block.get("UnitFileState", ""))
        for unit, block in zip(units, blocks, strict=False)
    }


def _certificate(found: Lines) -> LiveCertificate | None:
    if (row := found.one("certificate")) is None:
        return None
    return LiveCertificate(row[0], int(row[1]))
