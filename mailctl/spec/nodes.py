"""What a YAML file holds, and where: plain values with a compact table of positions.

A document's values are nested `dict`, `list`, `str` and `Scalar`. Positions are not hung on
the values: 100,000 users are 1.7 million nodes, and an object for each would take longer than
all the rest. Instead every node (keys too) has an ordinal, its place in the order of the file,
and one array holds line and column by ordinal. Finding the ordinal of a path means counting
nodes, which is only done when there is something to report.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from mailctl.errors import Position, SpecPath

COLUMN_BITS = 24
_COLUMN_MASK = (1 << COLUMN_BITS) - 1


@dataclass(frozen=True, slots=True)
class Scalar:
    """An unquoted scalar that YAML 1.2 reads as null, a boolean or a number.

    `text` is what stands in the file: `1.50` as a daemon's value must stay `1.50`.
    """

    text: str
    value: bool | int | float | None


class OddKey:
    """Stands for a key that was refused (a repeated one), so that ordinals stay right."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


Key = str | OddKey
Value = "str | Scalar | list[Value] | dict[Key, Value]"
Mapping = dict[Key, object]


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name as the user gave it, its value, and the positions of its nodes.

    `places[n]` is `line << COLUMN_BITS | column` of node n, both counted from 0; `aliases`
    leads from the ordinal of a YAML alias to that of the node it stands for.
    """

    name: str
    value: object
    places: array[int]
    aliases: dict[int, int] = field(default_factory=dict)

    def position(self, ordinal: int) -> Position:
        """Line and column of a node, from 1."""
        place = self.places[ordinal]
        return Position(self.name, (place >> COLUMN_BITS) + 1, (place & _COLUMN_MASK) + 1)

    def find(self, where: SpecPath, on_key: bool = False) -> Position:
        """The position of the node at this path, or of the deepest one above it that exists.

        With `on_key` that of the key whose value the node is.
        """
        value, ordinal, found = self.value, 0, 0
        for step in where:
            ordinal = self.aliases.get(ordinal, ordinal)
            child = self._child(value, ordinal, step)
            if child is None:
                break
            key_ordinal, ordinal, value = child
            found = key_ordinal if on_key and step is where[-1] else ordinal
        return self.position(found)

    def _child(
        self, value: object, ordinal: int, step: str | int
    ) -> tuple[int, int, object] | None:
        """Ordinals of key and value, and the value, one step below a node."""
        ordinal += 1
        if isinstance(value, dict):
            for key, item in value.items():
                if key == step:
                    return ordinal, ordinal + 1, item
                ordinal += 1 + self._size(item, ordinal + 1)
        elif isinstance(value, list) and isinstance(step, int):
            for index, item in enumerate(value):
                if index == step:
                    return ordinal, ordinal, item
                ordinal += self._size(item, ordinal)
        return None

    def _size(self, value: object, ordinal: int) -> int:
        """How many nodes the file has below and including this one."""
        if not isinstance(value, dict | list) or ordinal in self.aliases:
            return 1
        size = 1
        if isinstance(value, list):
            for item in value:
                size += self._size(item, ordinal + size)
            return size
        for item in value.values():
            size += 1
            size += self._size(item, ordinal + size)
        return size

    def keys_at(self, section: str) -> dict[Key, tuple[int, int, object]]:
        """For each entry of a top-level mapping: ordinals of key and value, and the value."""
        child = self._child(self.value, 0, section)
        if child is None:
            return {}
        _, ordinal, value = child
        ordinal = self.aliases.get(ordinal, ordinal) + 1
        entries: dict[Key, tuple[int, int, object]] = {}
        if isinstance(value, dict):
            for key, item in value.items():
                entries[key] = (ordinal, ordinal + 1, item)
                ordinal += 1 + self._size(item, ordinal + 1)
        return entries
