"""The folder keys/ beside the spec: files that come into being once and never change.

A file appears whole or not at all: it is written under a name of its own, synced, and then
linked to its place, which fails if somebody was faster (link(2), EEXIST); then theirs holds.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from mailctl.errors import SecretError
from mailctl.files import sync_folder, write_new
from mailctl.keys.reading import read_regular

_IGNORE_ALL = b"# Private keys: nothing in here belongs into version control.\n*\n"
_LARGEST = 64 * 1024


def read_or_create(root: Path, relative: str, make: Callable[[], bytes]) -> bytes:
    """The content of keys/`relative`, made by `make` when it is not there yet.

    `root` is the folder keys/ itself. Raises SecretError when the file cannot be read or
    made, or when others than its owner may read it.
    """
    path = root / relative
    try:
        return read_private(path)
    except FileNotFoundError:
        pass
    try:
        prepare_folders(root, path.parent)
        return _create(path, make())
    except OSError as error:
        raise SecretError(
            f"{path}: cannot be made: {error.strerror}",
            _advice(error, path.parent),
        ) from error


def _advice(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"make room in {folder}"
    return f"let {error.filename or folder} be writable, or put the key there yourself"


def read_private(path: Path) -> bytes:
    """A file that only its owner may read. Raises FileNotFoundError when there is none,
    and SecretError when it cannot be read, is no file, or is open to others."""
    try:
        content, mode = read_regular(path, _LARGEST + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SecretError(
            f"{path}: cannot be read: {error.strerror}", "make it a file that you may read"
        ) from error
    if mode & 0o077:
        raise SecretError(
            f"{path}: may be read by others (mode {mode:04o})", f"run: chmod 600 {path}"
        )
    if len(content) > _LARGEST:
        raise SecretError(
            f"{path}: is larger than {_LARGEST} bytes, which is no key", "move it away"
        )
    return content


def prepare_folders(root: Path, folder: Path) -> None:
    """keys/ and its folders down to `folder`, for their owner only, and keys/.gitignore."""
    missing = [place for place in (folder, *folder.parents) if place.is_relative_to(root)]
    for place in reversed(missing):
        if not place.is_dir():
            place.mkdir(mode=0o700, exist_ok=True)
            place.chmod(0o700)
    ignore = root / ".gitignore"
    if not ignore.exists():
        _create(ignore, _IGNORE_ALL)


def _create(path: Path, content: bytes) -> bytes:
    """Put the content at the path, or return what another process put there first."""
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        write_new(draft, content, mode=0o600)
        try:
            os.link(draft, path, follow_symlinks=False)
        except FileExistsError:
            return read_private(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return content
