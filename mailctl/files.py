"""Writing a file so that it is whole whenever somebody looks: draft, sync, rename."""

from __future__ import annotations

import os
from pathlib import Path


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, with exactly this mode whatever the umask says.

    Raises FileExistsError when there is one, also when it is a symbolic link to nowhere.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fchmod(file.fileno(), mode)
        file.flush()
        os.fsync(file.fileno())


def write_whole(path: Path, content: bytes, mode: int) -> None:
    """Write or replace a file; readers see the old content or the new (rename(2))."""
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        write_new(draft, content, mode)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """The name itself must survive a power cut too (fsync(2), NOTES)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
