"""What somebody changed by hand on a host, as values: pure, from what was laid and what is there.

It is known by sums and modes; contents are fetched only to be shown (`sight`). Whatever may hold
a secret is marked as one: it is shown as a fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from mailctl.deploy.manifest import FileEntry, Manifest
from mailctl.deploy.observation import Found, Observation

_READ_BY_ALL = 0o004


class Hand(StrEnum):
    """What a hand has done."""

    CHANGED = "changed"
    MODE = "mode"
    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"
    """Something else stands where a link of ours was laid."""


@dataclass(frozen=True, slots=True, order=True)
class Drifted:
    """One path that is not as it was laid: relative to the generation, absolute for a link.

    `laid` and `found` are SHA-256 of contents, empty where there is none; `source` is the path
    in the generation whose content was laid there. `detail` says modes and owners, or what else
    stands there.
    """

    path: str
    hand: Hand
    detail: str = ""
    laid: str = ""
    found: str = ""
    source: str = ""
    secret: bool = False

    @property
    def has_text(self) -> bool:
        """Whether contents differ, so that there is something to show of them."""
        return self.laid != self.found and self.hand is not Hand.MODE


def drift_of(former: Manifest, seen: Observation) -> tuple[Drifted, ...]:
    """All that was changed, sorted. `former` is what is live by our records."""
    secrets = frozenset(entry.path for entry in former.files if entry.secret)
    laid = {entry.path: entry for entry in (*seen.built, *former.files)}
    modes = {folder.path: (folder.mode, folder.owner, folder.group) for folder in former.folders}
    modes |= {path: (entry.mode, entry.owner, entry.group) for path, entry in laid.items()}
    files = (
        _file(path, laid.get(path), modes.get(path), seen.found.get(path), secrets)
        for path in seen.drift
    )
    return tuple(sorted((*files, *_links(former, seen, laid))))


def _file(
    path: str,
    laid: FileEntry | None,
    modes: tuple[int, str, str] | None,
    found: Found | None,
    secrets: frozenset[str],
) -> Drifted:
    guess = _closed(laid, found) if laid else may_hold_secrets(path, found, secrets)
    secret = path in secrets or guess
    digest = laid.digest if laid else ""
    if found is None:
        return Drifted(path, Hand.REMOVED, "", digest, "", path, secret)
    hand, detail = _hand(laid, modes, found)
    return Drifted(path, hand, detail, digest, found.digest, path, secret)


def _hand(
    laid: FileEntry | None, modes: tuple[int, str, str] | None, found: Found
) -> tuple[Hand, str]:
    if modes is None:
        return Hand.ADDED, _kind(found)
    others = _modes_apart(modes, found)
    if found.kind != ("f" if laid else "d"):
        return Hand.CHANGED, _kind(found)
    if laid and found.digest != laid.digest:
        return Hand.CHANGED, others
    return Hand.MODE, others


def _modes_apart(modes: tuple[int, str, str], found: Found) -> str:
    """`root:root 644, laid as root:dovecot 640`; empty where they are the same."""
    if modes == (found.mode, found.owner, found.group):
        return ""
    mode, owner, group = modes
    return f"{found.owner}:{found.group} {found.mode:o}, laid as {owner}:{group} {mode:o}"


def _kind(found: Found) -> str:
    return {"f": "", "d": "a folder", "l": "a link"}.get(found.kind, "no plain file")


def _links(former: Manifest, seen: Observation, laid: Mapping[str, FileEntry]) -> Iterable[Drifted]:
    """Links of the live generation that are ours no more; on a host as it was found none is."""
    for link in former.links if seen.generation else ():
        if (state := seen.links.get(link.path, "right")) == "right":
            continue
        target = laid.get(link.target)
        found = seen.found.get(link.path)
        hand = Hand.REMOVED if state == "absent" else Hand.REPLACED
        yield Drifted(
            link.path,
            hand,
            {"other": "by a link", "folder": "by a folder", "file": "by a file"}.get(state, ""),
            target.digest if target else "",
            found.digest if found else "",
            link.target,
            bool(target and target.secret) or not read_by_all(found),
        )


def may_hold_secrets(path: str, found: Found | None, secrets: Iterable[str]) -> bool:
    """Whether a file that we know nothing of may be a copy of a secret: it is not for all to
    read, or lies beside one or below (an editor's copy, a key)."""
    folders = {str(PurePosixPath(secret).parent) for secret in secrets}
    parents = {str(parent) for parent in PurePosixPath(path).parents}
    return not read_by_all(found) or not folders.isdisjoint(parents)


def _closed(laid: FileEntry, found: Found | None) -> bool:
    """Whether somebody put into a file for all to read what is not for all."""
    changed = found is not None and found.digest != laid.digest
    return changed and bool(laid.mode & _READ_BY_ALL) and not read_by_all(found)


def read_by_all(found: Found | None) -> bool:
    """Whether a file is open to everybody on the host; what is not there hides nothing."""
    return found is None or bool(found.mode & _READ_BY_ALL)
