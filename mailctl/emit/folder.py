"""Puts a tree into a folder: all of it, or nothing.

It is written beside its place under a name of its own, and the two change places at the end;
whatever interrupts us leaves the former tree whole. A folder is replaced only when it is
empty, or holds nothing but what an earlier MANIFEST lists.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mailctl.emit.exchange import exchange
from mailctl.emit.manifest import NAME, listed_paths, manifest_text
from mailctl.emit.tree import SECRETS, TreeFile
from mailctl.errors import MailctlError
from mailctl.files import write_new

_LARGEST_MANIFEST = 64 * 1024 * 1024


def replace_folder(target: Path, files: Iterable[TreeFile]) -> None:
    """Make `target` a folder that holds these files and their MANIFEST, and nothing else.

    Raises MailctlError when something is there that we did not write, or when the disk
    does not let us.
    """
    place = Path(os.path.realpath(target))
    refuse_what_is_not_ours(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
        try:
            _write(draft, tuple(files))
            if place.exists():
                exchange(draft, place)
            else:
                draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise MailctlError(
            f"{target}: cannot be written: {error.strerror}",
            f"look at {error.filename or place.parent}, or choose another folder",
        ) from error


def refuse_what_is_not_ours(place: Path) -> None:
    """Raises MailctlError unless the place is free, empty, or holds a former tree alone."""
    if not place.exists():
        return
    advice = "choose a new or an empty folder"
    if not place.is_dir():
        raise MailctlError(f"{place}: is there already, and is no folder", advice)
    if not any(place.iterdir()):
        return
    listed = _listed(place / NAME)
    if listed is None:
        raise MailctlError(f"{place}: holds files that are not from mailctl build", advice)
    strangers = sorted(_leaves(place) - listed - {NAME})
    if strangers:
        raise MailctlError(
            f"{place}: holds {strangers[0]}, which mailctl build did not write",
            "move it away, or choose another folder",
        )


def _leaves(place: Path) -> set[str]:
    """Everything below that is no folder, or an empty one, relative to the place."""
    found = set()
    for name, folders, files in os.walk(place):
        folder = Path(name)
        links = [entry for entry in folders if (folder / entry).is_symlink()]
        found |= {str((folder / entry).relative_to(place)) for entry in (*files, *links)}
        if not folders and not files:
            found.add(str(folder.relative_to(place)))
    return found


def _listed(manifest: Path) -> frozenset[str] | None:
    if manifest.is_symlink() or not manifest.is_file():
        return None
    with manifest.open("rb") as file:
        return listed_paths(file.read(_LARGEST_MANIFEST).decode(errors="replace"))


def _write(root: Path, files: tuple[TreeFile, ...]) -> None:
    written = [file for file in files if not file.withheld]
    folders = {folder for file in written for folder in Path(file.path).parents}
    for folder in sorted(folders - {Path()}):
        place = root / folder
        place.mkdir()
        # not by mkdir's mode, from which the umask is taken
        place.chmod(0o700 if folder.parts[0] == SECRETS else 0o755)
    for file in written:
        write_new(root / file.path, file.content, file.mode_on_disk)
    write_new(root / NAME, manifest_text(files).encode(), 0o644)
    root.chmod(0o755)
