"""tlsa: files with keys, or the word that leaves them to the host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mailctl.spec.kinds import JsonSchema, Kind
from mailctl.spec.shapes import ListOf

AUTOMATIC = object()
"""What the word reads as: the host makes its keys, and `mailctl tlsa` pins them."""

_WORD = "automatic"


@dataclass(frozen=True, slots=True)
class Tlsa:
    """The word alone; in a list it is the name of a file."""

    file: Kind

    @property
    def words(self) -> str:
        return f"{_WORD}, or {self._files.words}"

    def read(self, value: object) -> Any:
        return AUTOMATIC if value == _WORD else self._files.read(value)

    def schema(self) -> JsonSchema:
        return {"anyOf": [{"const": _WORD}, self._files.schema()]}

    @property
    def _files(self) -> ListOf:
        return ListOf(self.file, single=True)
