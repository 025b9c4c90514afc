"""What apply would do to a host, as a value: pure, sorted, and exactly what apply then does.

Computed from what was observed and what is wanted; renderers stand in `show/`. Secrets appear as
fingerprints only, for a manifest holds no content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from mailctl.bundle import RENEWAL_TIMER, Service
from mailctl.deploy.drift import Drifted, drift_of, read_by_all
from mailctl.deploy.manifest import FileEntry, Manifest
from mailctl.deploy.observation import LiveService, Observation, Renewal
from mailctl.deploy.pieces import Piece

RENEW_CERTIFICATE_BEFORE = 60 * 24 * 3600
"""Seconds; the agent's ensure_certificate renews by the same limit."""

_ABSENT = "absent"

_WILL_START = frozenset(
    {"enabled", "enabled-runtime", "static", "alias", "generated", "indirect", "linked"}
)
"""States of systemctl(1) is-enabled in which nothing is to be done so that a unit starts."""


_RUNNING = frozenset({"active", "reloading"})
"""States of a unit that runs; one reloads when a certificate was renewed, whoever looks then."""


class Kind(IntEnum):
    """What a change is about, in the order in which the host does it."""

    PACKAGE = 1
    ACCOUNT = 2
    DIRECTORY = 3
    CERTIFICATE = 4
    GENERATION = 5
    FOLDER = 6
    FILE = 7
    LINK = 8
    SERVICE = 9


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One thing that becomes different; `action` is a verb, `detail` may be empty.

    `before` and `after` are SHA-256 of a file's content, empty where it is not there; of a link,
    the file in its place and the one that it leads to.
    """

    kind: Kind
    subject: str
    action: str
    detail: str = ""
    before: str = ""
    after: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes of one host, and the state that they were computed from.

    `drift` is what somebody changed on the host by hand, which the changes undo. `reuse` are
    files that the host has already, `drop` paths of its live generation that the new one has not,
    or not as they are; `pieces` are those of its big files. `origins` says of services that the
    live generation does not have how they stand: unit, active, enabled. `guard` is the version of
    the one on the host, `now` its clock. `base` is the live generation and its digest: the host
    refuses the plan when it has moved since. `moved_from` is the platform that the live
    generation was made for, where the host has become another release since. `renewals` are
    certificates whose last renewal failed, or that a daemon does not show yet.
    """

    host: str
    base: tuple[int, str]
    wanted: Manifest
    changes: tuple[Change, ...]
    reuse: tuple[str, ...]
    drop: tuple[str, ...] = ()
    pieces: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    origins: tuple[tuple[str, str, str], ...] = ()
    guard: str = ""
    now: int = 0
    drift: tuple[Drifted, ...] = ()
    moved_from: str = ""
    renewals: tuple[Renewal, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.changes

    @property
    def digest(self) -> str:
        """SHA-256 over where it starts, what it wants and what it does."""
        start = (self.host, *map(str, self.base), *map(repr, self.drift))
        parts = (*start, self.wanted.digest, *map(repr, self.changes))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def subjects(self, kind: Kind, action: str) -> tuple[str, ...]:
        """What one action of one kind is done to."""
        return tuple(c.subject for c in self.changes if (c.kind, c.action) == (kind, action))

    @property
    def reloads_systemd(self) -> bool:
        """Whether unit files or drop-ins become different."""
        return any(
            change.subject.startswith(("systemd/", "/etc/systemd/"))
            for change in self.changes
            if change.kind in (Kind.FILE, Kind.LINK)
        )


def make_plan(host: str, wanted: Manifest, seen: Observation) -> Plan:
    """What is to be done so that the host is what the manifest says."""
    former = _former(wanted, seen)
    tree = (*_generation(seen), *_folders(wanted, former), *_files(wanted, former, seen))
    links = _links(wanted, former, seen)
    ground = (
        *(Change(Kind.PACKAGE, p, "install") for p in wanted.packages if p not in seen.packages),
        *_accounts(wanted, seen),
        *_directories(wanted, seen),
        *_certificate(wanted, seen),
    )
    touched = _touched((*tree, *links), wanted)
    moved_from = former.platform if former.platform != wanted.platform else ""
    everything = seen.generation == 0 or not seen.confirmed or bool(moved_from)
    new_certificate = any(change.kind is Kind.CERTIFICATE for change in ground)
    services = _services(wanted, former, seen, touched, everything, new_certificate)
    lasting = {entry for entry in former.files if entry.path not in seen.drift}
    return Plan(
        host=host,
        base=(seen.generation, seen.digest),
        wanted=wanted,
        changes=tuple(sorted((*ground, *tree, *links))) + services,
        reuse=tuple(entry.path for entry in wanted.files if entry in lasting),
        drop=_drop(wanted, former, seen),
        pieces={path: cut for path, cut in seen.pieces.items() if path not in seen.drift},
        origins=_origins(wanted, former, seen),
        guard=seen.guard,
        now=seen.now,
        drift=drift_of(former, seen),
        moved_from=moved_from,
        renewals=_renewals(wanted, seen),
    )


def _drop(wanted: Manifest, former: Manifest, seen: Observation) -> tuple[str, ...]:
    """What a copy of the live generation must lose before the new files are laid over it, which
    take the place of others. A folder whose modes alone were changed stays: the files in it are
    good."""
    folders = {folder.path for folder in wanted.folders}
    secrecy = {entry.path: entry.secret for entry in wanted.files}
    # what becomes a secret was laid as a copy, too
    gone = {entry.path for entry in former.files if entry.secret != secrecy.get(entry.path)}
    gone |= {folder.path for folder in former.folders} - folders
    gone |= {path for path in seen.drift if path not in folders}
    return tuple(sorted(gone))


def _origins(
    wanted: Manifest, former: Manifest, seen: Observation
) -> tuple[tuple[str, str, str], ...]:
    known = {service.unit for service in former.services} if seen.generation else set()
    absent = LiveService("", "")
    return tuple(
        (unit, live.active or _ABSENT, live.enabled or _ABSENT)
        for unit in (service.unit for service in wanted.services)
        if unit not in known
        for live in (seen.services.get(unit, absent),)
    )


def _former(wanted: Manifest, seen: Observation) -> Manifest:
    """The live manifest; the wanted one where the digests agree, nothing on a new host."""
    if seen.was is not None:
        return seen.was
    return wanted if seen.digest == wanted.digest else Manifest(platform=wanted.platform)


def _generation(seen: Observation) -> Iterable[Change]:
    if not seen.confirmed:
        yield Change(
            Kind.GENERATION,
            str(seen.generation),
            "replace",
            "its apply was cut off after the switch",
        )


def _folders(wanted: Manifest, former: Manifest) -> Iterable[Change]:
    known = {folder.path: folder for folder in former.folders}
    for folder in wanted.folders:
        if folder != known.pop(folder.path, folder):
            detail = f"{folder.owner}:{folder.group} {folder.mode:o}"
            yield Change(Kind.FOLDER, folder.path, "change", detail)


def _files(wanted: Manifest, former: Manifest, seen: Observation) -> Iterable[Change]:
    """Files that differ, and what somebody changed in the live generation."""
    known = {entry.path: entry for entry in former.files}
    for entry in wanted.files:
        before = known.pop(entry.path, None)
        if before is None:
            yield _file("add", entry, None)
        elif entry.path in seen.drift:
            yield _file("change", entry, before, "was changed on the host")
        elif entry != before:
            yield _file("change", entry, before, _modes_changed(entry, before))
    for before in known.values():
        yield Change(Kind.FILE, before.path, "remove", before=before.digest, secret=before.secret)
    ours = {entry.path for entry in (*wanted.files, *former.files)}
    for path in seen.drift:
        if path not in ours:
            yield Change(Kind.FILE, path, "restore", "was changed on the host")


def _file(action: str, entry: FileEntry, before: FileEntry | None, detail: str = "") -> Change:
    return Change(
        Kind.FILE,
        entry.path,
        action,
        detail,
        before=before.digest if before else "",
        after=entry.digest,
        secret=entry.secret or (before is not None and before.secret),
    )


def _modes_changed(entry: FileEntry, before: FileEntry) -> str:
    if (entry.mode, entry.owner, entry.group) == (before.mode, before.owner, before.group):
        return ""
    return f"{entry.owner}:{entry.group} {entry.mode:o}"


def _links(wanted: Manifest, former: Manifest, seen: Observation) -> tuple[Change, ...]:
    entries = {entry.path: entry for entry in wanted.files}
    changed = [
        _link(link.path, entries.get(link.target), seen)
        for link in wanted.links
        if seen.links.get(link.path) != "right"
    ]
    stay = {link.path for link in wanted.links}
    gone = [Change(Kind.LINK, x.path, "remove") for x in former.links if x.path not in stay]
    return (*changed, *gone)


def _link(path: str, target: FileEntry | None, seen: Observation) -> Change:
    """A file that stands there may hold what is not for all to read."""
    there = seen.found.get(path)
    return Change(
        Kind.LINK,
        path,
        "set",
        "what is there is kept" if seen.links.get(path) in ("file", "other") else "",
        before=there.digest if there else "",
        after=target.digest if target else "",
        secret=bool(target and target.secret) or not read_by_all(there),
    )


def _accounts(wanted: Manifest, seen: Observation) -> Iterable[Change]:
    for account in wanted.accounts:
        live = seen.accounts.get(account.name)
        if live is None and account.create:
            yield Change(Kind.ACCOUNT, account.name, "create", f"home {account.home}")
        missing = set(account.groups) - (live.groups if live else frozenset())
        for group in sorted(missing):
            yield Change(Kind.ACCOUNT, account.name, "join", group)


def _directories(wanted: Manifest, seen: Observation) -> Iterable[Change]:
    for directory in wanted.directories:
        live = seen.directories.get(directory.path)
        if live != (directory.mode, directory.owner, directory.group):
            detail = f"{directory.owner}:{directory.group} {directory.mode:o}"
            action = "create" if live is None else "change"
            yield Change(Kind.DIRECTORY, directory.path, action, detail)


def _certificate(wanted: Manifest, seen: Observation) -> Iterable[Change]:
    for name in wanted.provisional:
        if name not in seen.served:
            yield Change(Kind.CERTIFICATE, name, "make", "self-signed, until another comes")
    if not wanted.certificate:
        return
    live = seen.certificate
    if live is None or live.name != wanted.certificate:
        yield Change(Kind.CERTIFICATE, wanted.certificate, "make", "self-signed")
    elif live.seconds_left < RENEW_CERTIFICATE_BEFORE:
        yield Change(Kind.CERTIFICATE, wanted.certificate, "renew", "with the same key")


def _renewals(wanted: Manifest, seen: Observation) -> tuple[Renewal, ...]:
    """Those that went wrong; a host whose certificate nobody renews any more may still have notes
    of them."""
    if not any(service.unit == RENEWAL_TIMER for service in wanted.services):
        return ()
    return tuple(one for one in seen.renewals if one.result != "served")


def _touched(changes: Iterable[Change], wanted: Manifest) -> frozenset[str]:
    """The generation's paths that change; a mended link changes what daemons read through it."""
    target = {link.path: link.target for link in wanted.links}
    return frozenset(target.get(change.subject, change.subject) for change in changes)


def _services(
    wanted: Manifest,
    former: Manifest,
    seen: Observation,
    touched: frozenset[str],
    everything: bool,
    new_certificate: bool,
) -> tuple[Change, ...]:
    """What is told to which service, in the order of the manifest."""
    known = {service.unit for service in former.services}
    changes: list[Change] = []
    for service in wanted.services:
        live = seen.services.get(service.unit)
        if live is None or live.enabled not in _WILL_START:
            changes.append(Change(Kind.SERVICE, service.unit, "enable"))
        runs = live is not None and live.active in _RUNNING
        if not service.is_told:
            changes += [] if runs else [Change(Kind.SERVICE, service.unit, "start")]
        elif everything or service.unit not in known or not runs:
            changes.append(Change(Kind.SERVICE, service.unit, "restart"))
        elif verb := _verb(service, touched, new_certificate):
            changes.append(Change(Kind.SERVICE, service.unit, verb))
    stay = {service.unit for service in wanted.services}
    # a unit of the former release stands for nothing here; how it stood once is no measure
    away = "end" if former.platform != wanted.platform else "retire"
    changes += [Change(Kind.SERVICE, unit, away) for unit in sorted(known - stay)]
    return tuple(changes)


def _verb(service: Service, touched: frozenset[str], new_certificate: bool) -> str:
    if is_below(touched, service.restart_on):
        return "restart"
    if new_certificate or is_below(touched, service.reload_on):
        return "reload"
    return ""


def is_below(paths: Iterable[str], prefixes: tuple[str, ...]) -> bool:
    """Whether one of the paths is one of the prefixes, or lies below one."""
    folders = tuple(prefix.rstrip("/") + "/" for prefix in prefixes)
    return any(path in prefixes or path.startswith(folders) for path in paths)
