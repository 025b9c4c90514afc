"""The kinds of value that a spec holds: each reads a node's value, and says so in JSON Schema.

A reader returns the typed value or raises Refused with every reason it found, each with its
path below the node. Readers are pure; files are looked at in `files.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from mailctl.spec import suggest
from mailctl.spec.nodes import Scalar
from mailctl.spec.problems import Refused, refuse

JsonSchema = dict[str, Any]


class Kind(Protocol):
    """What a value must be."""

    @property
    def words(self) -> str:
        """With its article, for messages and the reference: `a size`."""

    def read(self, value: object) -> Any:
        """The typed value; raises Refused."""

    def schema(self) -> JsonSchema:
        """As JSON Schema, draft 2020-12."""


def shown(value: object) -> str:
    """A value as an error message names it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Scalar):
        return {bool: "a boolean", type(None): "nothing"}.get(type(value.value), "a number")
    return "a text"


def wrong_type(kind: Kind, value: object, hint: str = "") -> Refused:
    """The value is of another shape than its kind."""
    if isinstance(value, Scalar) and value.value is not None and not hint:
        hint = f'put it in quotes if you mean the text "{value.text}"'
    return refuse("wrong-type", f"here belongs {kind.words}, not {shown(value)}", hint)


@dataclass(frozen=True, slots=True)
class Text:
    """A text that `parse` turns into a value. Numbers and booleans are no texts."""

    words: str
    parse: Callable[[str], Any] = str
    pattern: str = ""

    def read(self, value: object) -> Any:
        if type(value) is not str:
            raise wrong_type(self, value)
        return self.parse(value)

    def schema(self) -> JsonSchema:
        return {"type": "string", **({"pattern": self.pattern} if self.pattern else {})}


@dataclass(frozen=True, slots=True)
class Plain:
    """A text or a number, taken as it is written: the value of a daemon's setting."""

    words: str
    parse: Callable[[str], Any] = str

    def read(self, value: object) -> Any:
        if isinstance(value, Scalar) and type(value.value) in (int, float):
            return self.parse(value.text)
        if type(value) is not str:
            raise wrong_type(self, value)
        return self.parse(value)

    def schema(self) -> JsonSchema:
        return {"type": ["string", "number"]}


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false; not yes, no, on or off, which are texts in YAML 1.2."""

    words: str = "true or false"

    def read(self, value: object) -> bool:
        if isinstance(value, Scalar) and isinstance(value.value, bool):
            return value.value
        hint = ""
        if isinstance(value, str) and value.lower() in ("yes", "on", "no", "off"):
            hint = f"write {'true' if value.lower() in ('yes', 'on') else 'false'}"
        elif isinstance(value, str) and value.lower() in ("true", "false"):
            hint = "write it without quotes"
        raise wrong_type(self, value, hint or "write true or false")

    def schema(self) -> JsonSchema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number between two bounds."""

    least: int
    most: int

    @property
    def words(self) -> str:
        if self.least == self.most:
            return f"the number {self.least}"
        return f"a whole number from {self.least} to {self.most}"

    def read(self, value: object) -> int:
        if not isinstance(value, Scalar) or type(value.value) is not int:
            raise wrong_type(self, value, "write a plain number, without quotes")
        if not self.least <= value.value <= self.most:
            raise refuse("bad-number", f"{value.text} is out of range",
                         f"write {self.words}")  # fmt: skip
        return value.value

    def schema(self) -> JsonSchema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes, as a plain number or with K, M, G, T (powers of 1024); `none` where `optional`."""

    least: int
    most: int
    optional: bool = False

    @property
    def words(self) -> str:
        return "a size as 50M or 5G" + (", or none" if self.optional else "")

    def read(self, value: object) -> int | None:
        if self.optional and value == "none":
            return None
        size = _size(value)
        if size is None:
            text = value if isinstance(value, str) else getattr(value, "text", shown(value))
            raise refuse("bad-size", f"{text!r} is no size",
                         f"write {self.words}, or a number of bytes")  # fmt: skip
        if not self.least <= size <= self.most:
            raise refuse("bad-size", f"{size} bytes is out of range",
                         f"write a size from {self.least} bytes to {_rounded(self.most)}"
                         )  # fmt: skip
        return size

    def schema(self) -> JsonSchema:
        texts = "^([0-9]{1,15}[KMGT]|none)$" if self.optional else "^[0-9]{1,15}[KMGT]$"
        return {"anyOf": [{"type": "integer", "minimum": self.least, "maximum": self.most},
                          {"type": "string", "pattern": texts}]}  # fmt: skip


_SIZE = re.compile(r"([0-9]{1,15})([KMGT])")
_FACTORS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def _size(value: object) -> int | None:
    if isinstance(value, Scalar):
        return value.value if type(value.value) is int else None
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    return int(match[1]) * _FACTORS[match[2]] if match else None


def _rounded(size: int) -> str:
    for letter in reversed("KMGT"):
        if size >= _FACTORS[letter]:
            return f"{size // _FACTORS[letter]}{letter}"
    return f"{size} bytes"


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time as `7d`: a number with s, m, h, d or w; read as seconds."""

    least: int
    most: int

    words = "a span of time as 12h or 7d"

    def read(self, value: object) -> int:
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            text = value if isinstance(value, str) else getattr(value, "text", shown(value))
            raise refuse("bad-duration", f"{text!r} is no span of time",
                         "write a number and s, m, h, d or w, as 7d")  # fmt: skip
        seconds = int(match[1]) * _SECONDS[match[2]]
        if not self.least <= seconds <= self.most:
            raise refuse("bad-duration", f"{value} is out of range",
                         f"write {_in_days(self.least)} to {_in_days(self.most)}")  # fmt: skip
        return seconds

    def schema(self) -> JsonSchema:
        return {"type": "string", "pattern": "^[0-9]{1,9}[smhdw]$"}


_DURATION = re.compile(r"([0-9]{1,9})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}


def _in_days(seconds: int) -> str:
    return f"{seconds // _SECONDS['d']}d" if seconds % _SECONDS["d"] == 0 else f"{seconds}s"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words; `values` are what they mean."""

    values: Mapping[str, Any]
    rule: str = "bad-choice"

    @property
    def words(self) -> str:
        return f"one of {', '.join(self.values)}"

    def read(self, value: object) -> Any:
        if type(value) is not str:
            raise wrong_type(self, value, f"write {self.words}")
        if value not in self.values:
            known = ", ".join(self.values)
            match = suggest.nearest(value, self.values)
            hint = f"did you mean {match!r}? known are {known}" if match else f"known are {known}"
            raise refuse(self.rule, f"{value!r} is not known here", hint)
        return self.values[value]

    def schema(self) -> JsonSchema:
        return {"enum": list(self.values)}


def choice_of(enumeration: type[Enum]) -> Choice:
    """The members of an enumeration, called as their values."""
    return Choice({member.value: member for member in enumeration})
