"""A spec file's bytes, checked before any parser sees them: UTF-8, printable, of a sane size."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from mailctl.errors import Issue, SpecError

MOST_BYTES = 256 << 20

_CONTROL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]"
    rb"|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]"
)
"""C0 but tab and line feed, DEL, C1 (NEL too), and Unicode's line and paragraph separators:
libyaml would count the last ones as line breaks, and editors do not. U+FEFF, U+FFFE and U+FFFF
are no characters within a YAML stream (YAML 1.2.2, 5.1)."""

_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"

_BOM = b"\xef\xbb\xbf"


def read_source(path: Path, name: str) -> bytes:
    """The file's bytes, without a byte order mark; raises SpecError with the position."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            # asked before opening, which would wait for the other end of a pipe
            raise _refused(name, "file", "this is no regular file", "name a YAML file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _refused(name, "file", *explained(error)) from None
    except ValueError:
        raise _refused(name, "file", "the name holds a NUL", "name a YAML file") from None
    if len(data) > MOST_BYTES:
        raise _refused(name, "file", f"more than {MOST_BYTES >> 20} MiB", "split it by `include:`")
    data = data.removeprefix(_BOM)
    _check_encoding(data, name)
    control = None if _is_plain(data) else _CONTROL.search(data)
    if control:
        character = ord(control[0].decode()[0])
        raise _at(data, control.start(), name, "control-character",
                  f"the file holds the control character U+{character:04X}",
                  "a spec is printable text")  # fmt: skip
    return data


def _is_plain(data: bytes) -> bool:
    """Whether nothing but printable ASCII and line feeds is left; the quick way for most files."""
    return not data.translate(None, _PLAIN)


def _check_encoding(data: bytes, name: str) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(name, "encoding", "the file is UTF-16", "save it as UTF-8")
    if data.isascii():
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _at(data, error.start, name, "encoding",
                  f"byte 0x{data[error.start]:02X} is not UTF-8", "save the file as UTF-8"
                  ) from None  # fmt: skip


def _at(data: bytes, offset: int, name: str, rule: str, message: str, hint: str) -> SpecError:
    line_start = data.rfind(b"\n", 0, offset) + 1
    line = data.count(b"\n", 0, offset) + 1
    column = len(data[line_start:offset].decode("utf-8", "replace")) + 1
    return SpecError((Issue(name, line, column, rule, message, hint),))


def _refused(name: str, rule: str, message: str, hint: str) -> SpecError:
    return SpecError((Issue(name, 1, 1, rule, message, hint),))


def explained(error: OSError) -> tuple[str, str]:
    """Why a spec file cannot be read, and what to do."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file", "`mailctl init` writes a first spec"
    if isinstance(error, IsADirectoryError):
        return "this is a folder", "name the YAML file in it"
    if isinstance(error, PermissionError):
        return "the file may not be read", "look at its owner and mode"
    return f"the file cannot be read: {error.strerror}", ""
