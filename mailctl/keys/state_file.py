"""Small files beside the keys that say how far a change of keys is: whole or not at all, one
writer at a time.

A reader needs no lock, for rename(2) shows it the old file or the new one. Who writes holds
`locked` from its reading to its writing, so that of two clients none loses the other's step.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mailctl.errors import MailctlError
from mailctl.files import sync_folder, write_whole
from mailctl.keys.keyfolder import prepare_folders
from mailctl.keys.places import FOLDER
from mailctl.keys.reading import read_regular

Content = TypeVar("Content")

_LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StateFile:
    """`folder` is that of the spec, `place` the path below its keys/. `what` is written down
    there, in words, as `a rotation`."""

    folder: Path
    place: str
    what: str

    @property
    def path(self) -> Path:
        return self.folder / FOLDER / self.place

    def read(self, parse: Callable[[bytes], Content]) -> Content | None:
        """What the file says, None when there is none; `parse` raises ValueError for a damaged
        one. Raises MailctlError."""
        try:
            content, _ = read_regular(self.path, _LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MailctlError(
                f"{self.path}: cannot be read: {error.strerror}", "make it a file that you may read"
            ) from error
        try:
            if len(content) > _LARGEST:
                raise ValueError("it is far too large")  # noqa: TRY301 - told as every other fault
            return parse(content)
        except ValueError as error:
            raise MailctlError(
                f"{self.path}: is damaged: {' '.join(str(error).split())}",
                "bring the file back from where keys/ is kept safe; it is left as it is",
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else changes the file meanwhile; waits for whoever does (flock(2)).

        The lock ends with the process, however that ends. Raises MailctlError.
        """
        path = self.path.with_name(f".{self.path.stem}.lock")
        try:
            prepare_folders(self.folder / FOLDER, path.parent)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            place = error.filename or path.parent
            raise MailctlError(
                f"{path}: cannot be made: {error.strerror}",
                f"{self.what} is written down there; mend {place} and run it again",
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def write(self, text: str) -> None:
        """Replace the file, to be called within `locked`. Raises MailctlError."""
        path = self.path
        try:
            for left in path.parent.glob(f".{path.name}.*"):
                left.unlink(missing_ok=True)  # of a writer that was killed; the lock is ours
            write_whole(path, text.encode(), mode=0o600)
            sync_folder(path.parent)
        except OSError as error:
            raise MailctlError(
                f"{path}: cannot be written: {error.strerror}", "mend that and run it again"
            ) from error
