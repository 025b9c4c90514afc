"""Reads and writes keys/dkim/DOMAIN/rotation.json: whole or not at all, one writer at a time.

A reader needs no lock, for rename(2) shows it the old file or the new one. Who writes holds
`locked` from its reading to its writing, so that of two clients none loses the other's step.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mailctl.errors import MailctlError
from mailctl.files import sync_folder, write_whole
from mailctl.keys.keyfolder import prepare_folders
from mailctl.keys.places import FOLDER
from mailctl.keys.reading import read_regular
from mailctl.model.names import DomainName
from mailctl.rotation.record import Rotation

NAME = "rotation.json"
_LOCK = ".rotation.lock"
_LARGEST = 1024 * 1024


def rotation_path(folder: Path, domain: str) -> Path:
    """Where a domain's file lies; `folder` is that of the spec."""
    return _keys(folder) / domain / NAME


def read_all(folder: Path, domains: Iterable[str] | None = None) -> dict[DomainName, Rotation]:
    """The files beside a spec, those of the given domains or all of them, sorted.

    Costs a look at the folder and one at each domain that has keys. Raises MailctlError for a
    file that is damaged.
    """
    root = _keys(folder)
    try:
        there = os.listdir(root)  # noqa: PTH208 - a thousand Paths would cost more than the look
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise MailctlError(f"{root}: cannot be read: {error.strerror}") from error
    wanted = set(there) if domains is None else set(there).intersection(domains)
    found = (
        DomainName(name) for name in sorted(wanted) if os.access(f"{root}/{name}/{NAME}", os.F_OK)
    )
    return {name: rotation for name in found if (rotation := read(folder, name)) is not None}


def read(folder: Path, domain: DomainName) -> Rotation | None:
    """What a domain's file says, None when there is none. Raises MailctlError."""
    path = rotation_path(folder, domain)
    try:
        content, _ = read_regular(path, _LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MailctlError(
            f"{path}: cannot be read: {error.strerror}", "make it a file that you may read"
        ) from error
    from mailctl.rotation.form import parse  # most domains have no file

    try:
        if len(content) > _LARGEST:
            raise ValueError("it is far too large")  # noqa: TRY301 - told as every other fault
        return parse(content, domain)
    except ValueError as error:
        raise MailctlError(
            f"{path}: is damaged: {' '.join(str(error).split())}",
            "bring the file back from where keys/ is kept safe; it is left as it is",
        ) from error


@contextmanager
def locked(folder: Path, domain: DomainName) -> Iterator[None]:
    """Nobody else changes the domain's file meanwhile; waits for whoever does (flock(2)).

    The lock ends with the process, however that ends. Raises MailctlError.
    """
    path = rotation_path(folder, domain).with_name(_LOCK)
    try:
        prepare_folders(folder / FOLDER, path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        place = error.filename or path.parent
        raise MailctlError(
            f"{path}: cannot be made: {error.strerror}",
            f"a rotation is written down there; mend {place} and run it again",
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write(folder: Path, rotation: Rotation) -> None:
    """Replace the domain's file, to be called within `locked`. Raises MailctlError."""
    from mailctl.rotation.form import text

    path = rotation_path(folder, rotation.domain)
    try:
        for left in path.parent.glob(f".{NAME}.*"):
            left.unlink(missing_ok=True)  # of a writer that was killed; the lock is ours
        write_whole(path, text(rotation).encode(), mode=0o600)
        sync_folder(path.parent)
    except OSError as error:
        raise MailctlError(
            f"{path}: cannot be written: {error.strerror}", "mend that and run it again"
        ) from error


def _keys(folder: Path) -> Path:
    return folder / FOLDER / "dkim"
