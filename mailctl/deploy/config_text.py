"""ssh_config(5) as one text: Include expanded, and conditions that cannot be judged marked.

paramiko's parser knows Host and Match, but no Include, and takes a condition that it does not
know for one that holds. Here each file is laid out where it is included, below the condition it
is included under, and blocks with such conditions that say anything we heed become a mark.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from mailctl.errors import MailctlError

MARK = "mailctlunjudged"
"""The key that stands in for a block under a condition that nobody here can judge."""

_JUDGED = frozenset({"all", "canonical", "final", "exec", "host", "originalhost", "user",
                     "localuser"})  # fmt: skip
_ALONE = frozenset({"all", "canonical", "final"})
_HEEDED = frozenset({
    "include", "hostname", "port", "user", "identityfile", "identitiesonly", "identityagent",
    "certificatefile", "userknownhostsfile", "globalknownhostsfile", "hostkeyalias", "proxyjump",
    "proxycommand", "connecttimeout", "serveraliveinterval", "serveralivecountmax",
})  # fmt: skip
"""What a connection of ours depends on; all else in a configuration is ssh(1)'s own."""

_DEEPEST = 16
_LINE = re.compile(r"(\w+)(?:\s*=\s*|\s+)(.+)")


@dataclass(slots=True)
class _Block:
    """The condition that lines stand under: words of a Match line, none where it always holds."""

    words: tuple[str, ...]
    unjudged: str = ""

    def header(self) -> str:
        return f"Match {shlex.join(self.words)}" if self.words else "Host *"


def text_of(path: Path, folder: Path) -> str:
    """The file, with what it includes; relative names are looked for in `folder`.

    Raises MailctlError for what cannot be read at all.
    """
    return "\n".join(_lines(path, folder, (), 0))


def _lines(path: Path, folder: Path, outer: tuple[str, ...], depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise MailctlError(f"{path}: Include goes deeper than {_DEEPEST} files",
                           "does it include itself?")  # fmt: skip
    block = _Block(outer)
    yield block.header()
    for number, raw in enumerate(_read(path).splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        key, value = (found[1].lower(), found[2]) if found else ("", "")
        if not found:
            raise MailctlError(f"{path}:{number}: this is no line of ssh_config(5)",
                               "correct it, or name another file by --ssh-config")  # fmt: skip
        if key in ("host", "match"):
            block = _block(key, _words(value, f"{path}:{number}"), outer, f"{path}:{number}")
            yield block.header()
        elif block.unjudged:
            if key in _HEEDED:
                yield f"{MARK} {block.unjudged}"
        elif key == "include":
            for each in _included(_words(value, f"{path}:{number}"), folder):
                yield from _lines(each, folder, block.words, depth + 1)
            yield block.header()
        else:
            yield line


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError as error:
        raise MailctlError(f"{path} cannot be read: {error.strerror}",
                           "name another file by --ssh-config, or /dev/null") from None  # fmt: skip


def _words(value: str, place: str) -> list[str]:
    try:
        return shlex.split(value, comments=True)
    except ValueError as error:
        raise MailctlError(f"{place}: {error}", "correct it") from None


def _included(patterns: list[str], folder: Path) -> Iterator[Path]:
    for pattern in patterns:
        whole = str(folder / Path(pattern).expanduser())
        names = sorted(glob(whole))  # noqa: PTH207 - the pattern may be absolute
        yield from (Path(name) for name in names if Path(name).is_file())


def _block(key: str, words: list[str], outer: tuple[str, ...], place: str) -> _Block:
    """What follows a Host or Match line, below the condition of the Include around it."""
    if key == "host":
        own = () if words == ["*"] else ("originalhost", ",".join(words))
        return _Block((*outer, *own))
    judged, unjudged = _sorted_out(words, place)
    kept = tuple(word for word in judged if word != "all")
    return _Block((*outer, *kept), unjudged)


def _sorted_out(words: list[str], place: str) -> tuple[list[str], str]:
    """The conditions that can be judged, and the place and name of one that cannot."""
    judged: list[str] = []
    unjudged = ""
    rest = list(words)
    while rest:
        word, equals, value = rest.pop(0).partition("=")
        kind = word.lower().removeprefix("!")
        values = [value] if equals else [] if kind in _ALONE else rest[:1]
        if not equals:
            rest = rest[len(values) :]
        if kind in _JUDGED and (kind in _ALONE or values):
            judged += [word.lower(), *values]
        else:
            unjudged = f"{place}: Match {kind}"
    return judged, unjudged
