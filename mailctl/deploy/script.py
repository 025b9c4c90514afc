"""The agent: its parts as one script, with what it is given.

Nothing is installed on the host, and nothing but a length stands in a command line there: the
script, the secrets and all else travel over standard input, where no list of processes shows them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shlex import quote

_FOLDER = Path(__file__).parent / "agent"


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
    """The agent's parts, in this order, as one script, without the lines that are comments."""
    lines = (
        line
        for part in parts
        for line in (_FOLDER / f"{part}.sh").read_bytes().splitlines(keepends=True)
    )
    return b"".join(line for line in lines if not line.lstrip().startswith(b"#"))


def version(text: bytes) -> str:
    """A name for a text of the agent, which it leaves on the host as its guard."""
    return hashlib.sha256(text).hexdigest()[:16]


def agent(parts: Iterable[str], given: bytes, errand: Errand) -> bytes:
    """The parts over what they are given: lines, which the agent finds in $given."""
    words = {"root": errand.root, "by": errand.by, "patience": str(errand.patience), "mode": ""}
    told = "".join(f"{name}={quote(word)}\n" for name, word in words.items())
    return _whole(told.encode() + _text(parts, given))


def continuation(parts: Iterable[str], given: bytes, more: bytes) -> bytes:
    """What an agent that looked and waits is told, so that another one goes on in its place, and
    what that one finds on its standard input."""
    text = _whole(_text(parts, given))
    return b"".join((f"{len(text)}\n".encode(), text, more))


def _text(parts: Iterable[str], given: bytes) -> bytes:
    """A shell reads its standard input byte by byte, so what it is given comes with its text."""
    return f"given={quote(given.decode())}\n".encode() + script(*parts)


def _whole(text: bytes) -> bytes:
    """In braces, so that sh takes a text that arrives cut off for none."""
    return b"{\n" + text + b"}\n"
