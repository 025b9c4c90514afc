"""Where each domain's rotation.json lies: keys/dkim/DOMAIN/rotation.json."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from mailctl.errors import MailctlError
from mailctl.keys.places import FOLDER
from mailctl.keys.state_file import StateFile
from mailctl.model.names import DomainName
from mailctl.rotation.record import Rotation

NAME = "rotation.json"


def rotation_path(folder: Path, domain: str) -> Path:
    """Where a domain's file lies; `folder` is that of the spec."""
    return _file(folder, domain).path


def read_all(folder: Path, domains: Iterable[str] | None = None) -> dict[DomainName, Rotation]:
    """The files beside a spec, those of the given domains or all of them, sorted.

    Costs a look at the folder and one at each domain that has keys. Raises MailctlError for a
    file that is damaged.
    """
    root = folder / FOLDER / "dkim"
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

    def parsed(content: bytes) -> Rotation:
        from mailctl.rotation.form import parse  # most domains have no file

        return parse(content, domain)

    return _file(folder, domain).read(parsed)


def locked(folder: Path, domain: DomainName) -> AbstractContextManager[None]:
    """Nobody else changes the domain's file meanwhile. Raises MailctlError."""
    return _file(folder, domain).locked()


def write(folder: Path, rotation: Rotation) -> None:
    """Replace the domain's file, to be called within `locked`. Raises MailctlError."""
    from mailctl.rotation.form import text

    _file(folder, rotation.domain).write(text(rotation))


def _file(folder: Path, domain: str) -> StateFile:
    return StateFile(folder, f"dkim/{domain}/{NAME}", "a rotation")
