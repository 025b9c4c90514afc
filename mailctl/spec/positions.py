"""Where the nodes of a file stand: a second walk over its events, looking for given paths."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mailctl.errors import Position, SpecPath
from mailctl.spec import parser

Wanted = tuple[SpecPath, bool]
"""A path, and whether the key at its end is meant rather than the value."""


class _Step:
    """A node of the tree of wanted paths: who wants this node, and what is wanted below it."""

    __slots__ = ("below", "wanted")

    def __init__(self) -> None:
        self.below: dict[str | int, _Step] = {}
        self.wanted: list[Wanted] = []


def find_all(path: Path, name: str, paths: Iterable[Wanted]) -> dict[Wanted, tuple[int, Position]]:
    """For each path how many of its steps exist in the file, and the position of the last one.

    What an alias stands for is placed where the alias is.
    """
    # the loader has read the file before: if it has changed or gone since, the positions
    # that were found until then are as good as any
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    return find_in(data, name, paths)


def find_in(data: bytes, name: str, paths: Iterable[Wanted]) -> dict[Wanted, tuple[int, Position]]:
    """The same for the bytes of a file, as far as they are YAML."""
    search = _Search(name)
    for wanted in paths:
        search.add(wanted)
    with suppress(parser.ParseError):
        search.walk(data)
    return search.found


class _Search:
    def __init__(self, name: str) -> None:
        self.found: dict[Wanted, tuple[int, Position]] = {}
        self._name = name
        self._root = _Step()
        self._missing = 0

    def add(self, wanted: Wanted) -> None:
        """Look for one more path; until it is found the file's first position holds."""
        if wanted in self.found:
            return
        self.found[wanted] = (0, Position(self._name, 1, 1))
        self._missing += 1
        step = self._root
        step.wanted.append(wanted)
        for name in wanted[0]:
            step = step.below.setdefault(name, _Step())
            step.wanted.append(wanted)

    def walk(self, data: bytes) -> None:
        """Go through the events until all paths are found."""
        next_event = parser.events(data)
        next_event()
        if type(next_event()) is parser.StreamEnd:
            return  # an empty file
        stack: list[_Place] = []
        place = _Place(None, None)
        while self._missing:
            event = next_event()
            kind = type(event)
            if kind in (parser.MappingEnd, parser.SequenceEnd):
                place = stack.pop()
                continue
            if kind in (parser.DocumentEnd, parser.StreamEnd):
                return
            if place.expects_key:
                place.take_key(event)
                self._note(place.step_below, len(stack), event, on_key=True)
                continue
            step = place.next_step() if stack else self._root
            self._note(step, len(stack), event, on_key=False)
            if kind in (parser.MappingStart, parser.SequenceStart):
                stack.append(place)
                place = _Place(step, kind)

    def _note(self, step: _Step | None, depth: int, event: Any, on_key: bool) -> None:
        """A wanted node, or one above it, is here."""
        if step is None:
            return
        mark = event.start_mark
        position = Position(self._name, mark.line + 1, mark.column + 1)
        for wanted in step.wanted:
            path, wants_key = wanted
            is_end = depth == len(path)
            if is_end and wants_key and not on_key and depth:
                continue
            if depth >= self.found[wanted][0]:
                self.found[wanted] = (depth, position)
            if is_end and (on_key == wants_key or not depth):
                self._missing -= 1


class _Place:
    """Where the walk is: in a mapping between keys and values, or in a sequence."""

    __slots__ = ("_index", "_is_mapping", "_step", "expects_key", "step_below")

    def __init__(self, step: _Step | None, kind: type | None) -> None:
        self._step = step
        self._is_mapping = kind is parser.MappingStart
        self._index = 0
        self.expects_key = self._is_mapping
        self.step_below: _Step | None = None

    def take_key(self, event: Any) -> None:
        """The event is a key; its value comes next."""
        text = event.value if type(event) is parser.Scalar else None
        self.step_below = self._step.below.get(text) if self._step and text is not None else None
        self.expects_key = False

    def next_step(self) -> _Step | None:
        """What is wanted of the value that comes now."""
        if self._is_mapping:
            self.expects_key = True
            return self.step_below
        index = self._index
        self._index += 1
        return self._step.below.get(index) if self._step else None
