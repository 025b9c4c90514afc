"""The configuration as values: lines that know their blocks, and the blocks they make.

Both configuration languages of Dovecot are nested blocks of `name = value`; a dialect gives
flat lines, and `nest` puts neighbours of one block under one pair of braces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Line:
    """`name = value` within blocks, outermost first, each as `service auth`.

    `because` stands as a comment above the line; it is empty where one reason covers several.
    `file`: the value is a file whose content Dovecot 2.3 reads (`<` before the path).
    `opens`: its innermost block begins here, even after one with the same head (2.3's `passdb`
    has no name, and two are two).
    """

    name: str
    value: str
    blocks: tuple[str, ...] = ()
    because: str = ""
    file: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """`head { ... }`, as `service auth { ... }`."""

    head: str
    entries: tuple[Line | Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    entries: tuple[Line | Block, ...]


def nest(lines: Iterable[Line], depth: int = 0) -> tuple[Line | Block, ...]:
    """Neighbouring lines that share their block at this depth become one Block."""
    return tuple(_nested(lines, depth))


def _nested(lines: Iterable[Line], depth: int) -> Iterator[Line | Block]:
    opened = 0

    def place(line: Line) -> tuple[tuple[str, ...], int]:
        nonlocal opened
        opened += line.opens and depth == len(line.blocks) - 1
        return line.blocks[depth : depth + 1], opened

    for (head, _), group in groupby(lines, place):
        if head:
            yield Block(head[0], nest(group, depth + 1))
        else:
            yield from group
