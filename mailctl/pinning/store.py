"""Where each host's pins.json lies: keys/tlsa/HOST/pins.json."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from mailctl.keys.state_file import StateFile
from mailctl.pinning.record import Pinning

NAME = "pins.json"


def read(folder: Path, host: str) -> Pinning | None:
    """What a host's file says, None when there is none; `folder` is that of the spec. Raises
    MailctlError for a damaged one."""

    def parsed(content: bytes) -> Pinning:
        from mailctl.pinning.form import parse  # most hosts have no file

        return parse(content, host)

    return _file(folder, host).read(parsed)


def locked(folder: Path, host: str) -> AbstractContextManager[None]:
    """Nobody else changes the host's file meanwhile. Raises MailctlError."""
    return _file(folder, host).locked()


def write(folder: Path, pinning: Pinning) -> None:
    """Replace the host's file, to be called within `locked`. Raises MailctlError."""
    from mailctl.pinning.form import text

    _file(folder, pinning.host).write(text(pinning))


def _file(folder: Path, host: str) -> StateFile:
    return StateFile(folder, f"tlsa/{host}/{NAME}", "which keys are pinned")
