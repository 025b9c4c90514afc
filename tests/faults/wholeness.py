"""Is a host whole? Looked at from outside, through its root folder; nothing runs there for it.

A host is whole when what is live is one generation of ours, as its manifest says, to the last
byte and mode; when every link of /etc that leads to us is one of that generation's, and all of
them are there; and when nothing waits to be taken back.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mailctl.bundle import CURRENT, GENERATIONS
from mailctl.deploy.manifest import Manifest, parse
from mailctl.model.places import STATE

_LEFTOVERS = (
    f"{STATE[1:]}/work/*",
    f"{STATE[1:]}/*.new",
    f"{STATE[1:]}/pending*",
    f"{STATE[1:]}/generations/*.partial",
    f"{STATE[1:]}/generations/0/saved/**/*.new",
    "etc/**/*.mailctl-new",
    "usr/sbin/policy-rc.d*",
)
"""What a run that was interrupted may leave, and the next one removes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A host as it stands: the digest of the live manifest, and all that is not whole."""

    digest: str
    number: int
    objections: tuple[str, ...]


def look(root: Path) -> Seen:
    """The live generation below `root`, held against its own manifest."""
    try:
        return _look(root)
    except (OSError, ValueError, LookupError) as error:
        # while somebody works there, anything may vanish under our eyes
        return Seen("-", -1, (f"cannot be read: {type(error).__name__} {error}",))


def _look(root: Path) -> Seen:
    current = root / CURRENT[1:]
    if not current.is_symlink():
        return Seen("-", -1, ("nothing is live: there is no `current`",))
    number = int(current.readlink().name)
    if number == 0:
        return Seen("-", 0, tuple(_links(root, Manifest(platform=""))))
    tree = root / GENERATIONS[1:] / str(number)
    text = (tree / ".mailctl/manifest").read_bytes()
    manifest = parse(text.decode().splitlines())
    objections = (
        *_files(root, tree, manifest),
        *_links(root, manifest),
        *([] if _is_confirmed(tree) else ["live, but not confirmed"]),
        *(f"/{path} waits" for path in _found(root, f"{STATE[1:]}/pending")),
    )
    return Seen(hashlib.sha256(text).hexdigest(), number, objections)


def _is_confirmed(tree: Path) -> bool:
    made = tree / ".mailctl/made"
    return made.exists() and made.read_text().splitlines()[1:] == ["confirmed"]


def leftovers(root: Path) -> tuple[str, ...]:
    """What interrupted runs have left, generations that were never live among it."""
    found = [f"/{path}" for pattern in _LEFTOVERS for path in _found(root, pattern)]
    found += [
        f"{GENERATIONS}/{tree.name}, which was never confirmed"
        for tree in (root / GENERATIONS[1:]).glob("[1-9]*")
        if tree.name.isdecimal() and not _is_confirmed(tree)
    ]
    return tuple(sorted(found))


def _found(root: Path, pattern: str) -> Iterator[str]:
    return (str(path.relative_to(root)) for path in root.glob(pattern))


def _files(root: Path, tree: Path, manifest: Manifest) -> Iterator[str]:
    """Content, mode and owner of every file and folder, and nothing besides them. What the
    daemons' programs have built is held against what the host has noted of it."""
    modes, sums = _noted(tree)
    for entry in (*manifest.files, *manifest.folders):
        modes[entry.path] = f"{entry.mode:o} {entry.owner}:{entry.group}"
    sums |= {entry.path: entry.digest for entry in manifest.files}
    found = dict(_walk(tree, (_accounts(root, "passwd"), _accounts(root, "group"))))
    for path in sorted(modes.keys() ^ found.keys()):
        yield f"{path} is {'missing' if path in modes else 'one too many'}"
    for path in sorted(modes.keys() & found.keys()):
        if modes[path] != found[path]:
            yield f"{path} is {found[path]} instead of {modes[path]}"
    for path, digest in sorted(sums.items()):
        if path in found and _digest(tree / path) != digest:
            yield f"{path} has another content than its manifest says"


def _noted(tree: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Modes and SHA-256 by path, as the host has noted them."""
    modes = {}
    for line in (tree / ".mailctl/modes").read_text().splitlines():
        mode, owner, group, path = line.split("\t")
        modes[path] = f"{mode} {owner}:{group}"
    lines = (line.split("  ", 1) for line in (tree / ".mailctl/sums").read_text().splitlines())
    sums = {path: digest for digest, path in lines if not path.startswith(".mailctl/")}
    return modes, sums


def _walk(tree: Path, names: tuple[dict[int, str], dict[int, str]]) -> Iterator[tuple[str, str]]:
    users, groups = names
    for path in tree.rglob("*"):
        relative = str(path.relative_to(tree))
        if relative.split("/")[0] == ".mailctl":
            continue
        status = path.lstat()
        owner, group = users.get(status.st_uid, "?"), groups.get(status.st_gid, "?")
        yield relative, f"{stat.S_IMODE(status.st_mode):o} {owner}:{group}"


def _accounts(root: Path, file: str) -> dict[int, str]:
    """Names by number, of passwd(5) or group(5)."""
    lines = (root / "etc" / file).read_text().splitlines()
    return {int(fields[2]): fields[0] for fields in (line.split(":") for line in lines)}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _links(root: Path, manifest: Manifest) -> Iterator[str]:
    """All links of the generation, and no other one that leads to us."""
    wanted = {link.path: f"{CURRENT}/{link.target}" for link in manifest.links}
    found = dict(_ours(root))
    for path, target in sorted(wanted.items()):
        if found.pop(path, "") != target:
            yield f"{path} does not lead to {target}"
        elif not (root / target[1:]).exists():
            yield f"{path} leads to nothing"
    for path, target in sorted(found.items()):
        yield f"{path} leads to {target}, which is no link of this generation"


def _ours(root: Path) -> Iterator[tuple[str, str]]:
    """Links below /etc into our folder; those that a rename has not put in place yet are
    leftovers, and nobody reads them."""
    for folder, folders, files in os.walk(root / "etc"):
        for path in (Path(folder) / name for name in (*folders, *files)):
            if path.is_symlink() and path.suffix != ".mailctl-new":
                target = str(path.readlink())
                if target.startswith(f"{STATE}/"):
                    yield f"/{path.relative_to(root)}", target
