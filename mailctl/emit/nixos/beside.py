"""A module onto the disk: its file, and the folder beside it, both whole whenever somebody looks.

What is there is replaced only if we wrote it: a module of ours says so in its first lines, and
the folder then is its.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mailctl.emit.exchange import exchange
from mailctl.emit.tree import TreeFile
from mailctl.errors import MailctlError
from mailctl.files import write_new, write_whole

_STEM = re.compile(r"[A-Za-z0-9_-]+")
_OURS = b"written by mailctl"
_HEAD = 1000


def refuse_stem(output: Path) -> None:
    """Raise MailctlError unless a file of this name can be written, and named in Nix."""
    if output.suffix != ".nix" or not _STEM.fullmatch(output.stem):
        raise MailctlError(
            f"{output}: is no name for a module",
            "use letters, digits, - and _, and .nix at the end, as mail.nix",
        )
    if output.exists() and (not output.is_file() or _OURS not in _beginning(output)):
        raise MailctlError(f"{output}: is there already, and not from mailctl", "choose another")
    folder = output.with_suffix("")
    if folder.exists() and not output.exists():
        raise MailctlError(
            f"{folder}: is there already, and big tables would go there", "choose another name"
        )


def to_standard_output(files: tuple[TreeFile, ...]) -> str:
    """The module alone; raises MailctlError where it has files beside it."""
    module, *others = files
    if others:
        raise MailctlError(
            f"the module needs {len(others)} files beside it, as {others[0].path.lstrip('/')}",
            "say where to write it: -o mail.nix",
        )
    return module.content.decode()


def write_module(output: Path, files: tuple[TreeFile, ...]) -> int:
    """Write FILE.nix and FILE/, and return how many files that are. The folder first, so that the
    module never names a file that is not there. Raises MailctlError."""
    refuse_stem(output)
    module, *others = files
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        _replace(output.with_suffix(""), others)
        write_whole(output, module.content, 0o644)
    except OSError as error:
        raise MailctlError(
            f"{output}: cannot be written: {error.strerror}",
            f"look at {error.filename or output.parent}, or choose another place",
        ) from error
    return len(files)


def _replace(folder: Path, files: Iterable[TreeFile]) -> None:
    """The folder with these files and no others; none at all without any."""
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for file in files:
            place = draft.joinpath(*Path(file.path).parts[1:])
            place.parent.mkdir(parents=True, exist_ok=True)
            write_new(place, file.content, 0o644)
        draft.chmod(0o755)
        if folder.exists():
            exchange(draft, folder)
        elif any(draft.iterdir()):
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return b" ".join(opened.read(_HEAD).replace(b"#", b"").split())
