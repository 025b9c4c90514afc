"""dovecot.conf's lines as options: what both shapes of services.dovecot2 do alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.backends.dovecot.decided import DECIDED
from mailctl.backends.dovecot.lines import Block, Line, Section
from mailctl.emit.nixos.values import Default, Entry, Value
from mailctl.render.dovecot import value

_LANGUAGE = "dovecot_config_version"
"""No override can name it, and all else is written in what it says."""

NIXPKGS_SAYS = frozenset({"sendmail_path"})
"""Parameters that nixpkgs' module sets, to what they shall be."""


def flat(entries: Iterable[Line | Block]) -> Iterator[Line]:
    """Every line; it knows its blocks."""
    for each in entries:
        if isinstance(each, Block):
            yield from flat(each.entries)
        elif each.name not in NIXPKGS_SAYS:
            yield each


def without(sections: Iterable[Section], taken: frozenset[Line]) -> tuple[Section, ...]:
    """The sections as they are, but for some lines, and for what is empty without them."""
    kept = (Section(section.title, _kept(section.entries, taken)) for section in sections)
    return tuple(section for section in kept if section.entries)


def setting(path: tuple[str, ...], line: Line, chosen: Value) -> Entry:
    """A line as an entry: what the rest of the system rests on is no default."""
    decided = not line.blocks[0].endswith("-login") if line.blocks else _is_decided(line.name)
    return Entry(path, chosen if decided else Default(chosen), line.because)


def _is_decided(name: str) -> bool:
    return name == _LANGUAGE or name in DECIDED


def text_of(line: Line) -> str:
    """The value as dovecot.conf needs it: nixpkgs writes it as it stands."""
    return value(line.value)


def _kept(entries: Iterable[Line | Block], taken: frozenset[Line]) -> tuple[Line | Block, ...]:
    found: list[Line | Block] = []
    for each in entries:
        if isinstance(each, Block):
            inner = _kept(each.entries, taken)
            if inner:
                found.append(Block(each.head, inner))
        elif each not in taken and each.name not in NIXPKGS_SAYS:
            found.append(each)
    return tuple(found)
