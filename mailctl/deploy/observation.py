"""What is true on a host, as a frozen value; `observe.py` fetches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mailctl.bundle import CURRENT
from mailctl.deploy.lines import Lines
from mailctl.deploy.manifest import FileEntry, Manifest, parse
from mailctl.deploy.pieces import Piece, read_pieces
from mailctl.model.places import STATE


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
class Renewal:
    """How the last attempt to renew or to show a certificate went, as the host has noted it:
    `result` is served, stale or failed; `moment` and `until` (when what is shown ends, None where
    nobody knows) are in seconds since 1970."""

    name: str
    result: str
    moment: int
    until: int | None
    text: str


@dataclass(frozen=True, slots=True)
class LiveCertificate:
    """The host's own certificate: the name that it was made for, and the seconds it has left."""

    name: str
    seconds_left: int


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a path: `kind` as find(1) has it (f, d, l, ...), mode and owners, and the
    SHA-256 of a file's content."""

    kind: str
    mode: int
    owner: str
    group: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A host at one moment.

    `generation` is 0 where nothing of ours is live; `digest` is that of its manifest, `-` for
    none. `drift` are paths in the live generation that somebody changed; `found` is what stands
    there now, and at the absolute paths where a link of ours should be and something else is;
    `built` are the live generation's files that the host made, known where there is drift.
    `was` is the live manifest; None when its digest is the one that was asked for, and when there
    is none.
    `links` says right, other, folder, file or absent for each path that was asked for.
    `room` is in KiB; `inodes` is None where the file system does not count them.
    `pieces` are those of the live generation's big files, where its digest is not the one that
    was asked for. `guard` is the version of our guard there, `now` the host's clock in seconds
    since 1970.
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
    packages: frozenset[str] = frozenset()
    accounts: Mapping[str, LiveAccount] = field(default_factory=dict)
    directories: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, LiveService] = field(default_factory=dict)
    certificate: LiveCertificate | None = None
    served: frozenset[str] = frozenset()
    renewals: tuple[Renewal, ...] = ()
    found: Mapping[str, Found] = field(default_factory=dict)
    built: tuple[FileEntry, ...] = ()
    pieces: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    guard: str = ""
    now: int = 0


def observation(found: Lines, wanted: Manifest, root: str = "", state: str = STATE) -> Observation:
    """The agent's facts as a value; `root` stands before every path of the host."""
    paths = {row[-1].removeprefix(root): row[:-1] for row in found.all("path")}
    os_id, os_version = found.release("os")
    number = _target(paths.get(f"{state}/current")).rpartition("/")[2]
    # what is live and has no records is as good as never confirmed: it is laid anew
    digest, confirmed = found.one("live") or ("-", "" if int(number or 0) else "confirmed")
    blocks, size, inodes, all_inodes = map(int, found.one("room") or ("0", "0", "0", "0"))
    now = int((found.one("now") or ("0",))[0])
    was = found.texts("was")
    units = tuple(service.unit for service in wanted.services)
    return Observation(
        os_id=os_id,
        os_version=os_version,
        generation=int(number or 0),
        digest=digest,
        confirmed=confirmed == "confirmed",
        room=blocks * size // 1024,
        inodes=inodes if all_inodes else None,
        lock=" ".join(found.one("lock") or ()),
        drift=tuple(sorted(path for (path,) in found.all("drift"))),
        was=parse(was) if was else None,
        packages=_packages(found.following("packages")),
        accounts=_accounts(found),
        directories={
            path: (int(mode, 8), owner, group)
            for path, (kind, mode, owner, _, group, _) in paths.items()
            if kind == "d"
        },
        links={
            link.path: _link_state(paths.get(link.path), f"{root}{CURRENT}/{link.target}")
            for link in wanted.links
        },
        services=_services(found.following("units"), units),
        certificate=_certificate(found, now),
        served=frozenset(name for (name,) in found.all("served")),
        renewals=tuple(map(_renewal, found.all("renewal"))),
        now=now,
        guard=(found.one("guard") or ("",))[0].rpartition(" ")[2],
        pieces=read_pieces(found.all("piece")),
        found=_found(found, paths, root),
        built=tuple(
            FileEntry(path, digest, int(mode, 8), owner, group)
            for digest, mode, owner, group, path in found.all("built")
        ),
    )


def _found(found: Lines, paths: Mapping[str, tuple[str, ...]], root: str) -> dict[str, Found]:
    """By relative paths what stands at changed ones, by absolute ones what is a file or a link."""
    sums = {
        path.removeprefix(root).removeprefix("./"): digest
        for digest, _, path in (text.partition("  ") for text in found.texts("sum"))
    }
    there = {
        path.removeprefix("./"): Found(kind, int(mode, 8), owner, group)
        for kind, mode, owner, group, path in found.all("there")
    }
    there |= {
        path: Found(kind, int(mode, 8), owner, group)
        for path, (kind, mode, owner, _, group, _) in paths.items()
        if kind in ("f", "l")
    }
    return {path: replace(one, digest=sums.get(path, "")) for path, one in there.items()}


def _target(path: tuple[str, ...] | None) -> str:
    """Where a symbolic link leads; empty where there is none."""
    return path[-1] if path is not None else ""


def _link_state(path: tuple[str, ...] | None, target: str) -> str:
    if path is None:
        return "absent"
    if path[0] == "l":
        return "right" if path[-1] == target else "other"
    return "folder" if path[0] == "d" else "file"


def _packages(lines: tuple[str, ...]) -> frozenset[str]:
    """The beginnings of paragraphs of dpkg's status file: a package that was removed but not
    purged is there too, its status says so (dpkg-query(1), db:Status-Status)."""
    names: set[str] = set()
    name = ""
    for line in lines:
        field_name, _, value = line.partition(": ")
        if field_name == "Package":
            name = value
        elif field_name == "Status" and value.endswith(" installed"):
            names.add(name)
    return frozenset(names)


def _accounts(found: Lines) -> dict[str, LiveAccount]:
    """passwd(5) and group(5), as getent(1) prints them."""
    groups = [line.split(":") for line in found.following("group")]
    name_of = {fields[2]: fields[0] for fields in groups}
    accounts: dict[str, LiveAccount] = {}
    for line in found.following("passwd"):
        name, _, _, gid, _, home, *_ = line.split(":")
        member_of = {fields[0] for fields in groups if name in fields[3].split(",")}
        accounts[name] = LiveAccount(home, frozenset(member_of | {name_of.get(gid, gid)}))
    return accounts


def _services(lines: tuple[str, ...], units: tuple[str, ...]) -> dict[str, LiveService]:
    """`systemctl show` answers in the order of the question, a blank line between two units."""
    blocks: list[dict[str, str]] = [{}]
    for line in lines:
        if line:
            name, _, value = line.partition("=")
            blocks[-1][name] = value
        else:
            blocks.append({})
    return {
        unit: LiveService(block.get("ActiveState", ""), block.get("UnitFileState", ""))
        for unit, block in zip(units, blocks, strict=False)
    }


def _certificate(found: Lines, now: int) -> LiveCertificate | None:
    if (row := found.one("certificate")) is None:
        return None
    return LiveCertificate(row[0], int(row[1]) - now)


def _renewal(row: tuple[str, ...]) -> Renewal:
    name, result, moment, until, text = row
    return Renewal(name, result, int(moment), int(until) if until else None, text)
