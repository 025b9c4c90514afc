"""The agent: its parts as one script, and the command that runs it from standard input.

Nothing is installed on the host, and nothing but lengths stands in the command line: the script,
the secrets and all else travel over standard input, where no list of processes shows them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "agent"

# head(1) takes exactly its bytes and leaves the rest on standard input to the script
_START = (
    'script=$(head -c "$1") && root=$2 && by=$3 && patience=$4 && version=$5 && mode= && shift 5 '
    '&& eval "$script"'
)


@dataclass(frozen=True, slots=True)
class Errand:
    """What the agent is told besides its input: for whom, where, and how patient it is.

    `root` is a folder that stands for / (tests, several hosts on one machine); `patience` is
    how many seconds the agent waits for the client's word before it goes back by itself.
    """

    by: str = "mailctl"
    root: str = ""
    patience: int = 30


DEFAULT_ERRAND = Errand()


@cache
def script(*parts: str) -> bytes:
    """The agent's parts, in this order, as one script."""
    return b"\n".join((_FOLDER / f"{part}.sh").read_bytes() for part in parts)


@cache
def _version(text: bytes) -> str:
    """The agent's name for itself: the guard that it leaves on a host is one of the same text."""
    return hashlib.sha256(text).hexdigest()[:16]


def command(
    parts: Iterable[str], inputs: Iterable[bytes], errand: Errand
) -> tuple[tuple[str, ...], bytes]:
    """The argv and the standard input that run the parts over the inputs, one after another."""
    text = script(*parts)
    given = tuple(inputs)
    argv = (
        "sh",
        "-c",
        _START,
        "mailctl",
        str(len(text)),
        errand.root,
        errand.by,
        str(errand.patience),
        _version(text),
        *(str(len(each)) for each in given),
    )
    return argv, b"".join((text, *given))
