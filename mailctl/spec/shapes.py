"""The shapes of a spec's values: lists, mappings by name, records with known keys, and either.

They read like the kinds that they are made of, and gather the reasons of all their parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mailctl.spec import suggest
from mailctl.spec.kinds import JsonSchema, Kind, Text, wrong_type
from mailctl.spec.nodes import Scalar
from mailctl.spec.problems import Problem, Refused, refuse


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one kind; `single`: one value may stand without brackets."""

    item: Kind
    single: bool = False
    least: int = 0

    @property
    def words(self) -> str:
        return f"a list ({self.item.words} each)" + (
            f", or {self.item.words}" if self.single else ""
        )

    def read(self, value: object) -> tuple[Any, ...]:
        if type(value) is not list:
            if self.single:
                return (self.item.read(value),)
            raise wrong_type(self, value, "write it in brackets, as [one, two]")
        if len(value) < self.least:
            raise refuse("empty-list", "the list is empty", f"write {self.words}")
        read = self.item.read
        try:
            return tuple([read(item) for item in value])
        except Refused:
            raise self._all_problems(value) from None

    def _all_problems(self, items: list[object]) -> Refused:
        """What is wrong with each of the items."""
        problems: list[Problem] = []
        for index, item in enumerate(items):
            try:
                self.item.read(item)
            except Refused as error:
                problems += [problem.below(index) for problem in error.problems]
        return Refused(*problems)

    def schema(self) -> JsonSchema:
        item = self.item.schema()
        array: JsonSchema = {"type": "array", "items": item}
        if self.least:
            array["minItems"] = self.least
        return {"anyOf": [array, item]} if self.single else array


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping whose keys are names of one kind and whose values are of another.

    Reads as a dict from the name, as read, to the value; two keys that mean one name are refused.
    """

    name: Text
    item: Kind
    rule: str = "bad-name"

    @property
    def words(self) -> str:
        return f"a mapping from {self.name.words} to {self.item.words}"

    def read(self, value: object) -> dict[Any, Any]:
        if isinstance(value, Scalar) and value.value is None:
            return {}
        if type(value) is not dict:
            raise wrong_type(self, value, "write `name: value` lines, indented")
        entries: dict[Any, Any] = {}
        problems: list[Problem] = []
        for key, item in value.items():
            try:
                name = self.name.parse(key)
            except Refused as error:
                problems += [_at_key(problem, key) for problem in error.problems]
                name = key
            if name in entries:
                problems.append(same_name(key))
            try:
                entries[name] = self.item.read(item)
            except Refused as error:
                entries[name] = None
                problems += [problem.below(key) for problem in error.problems]
        if problems:
            raise Refused(*problems)
        return entries

    def schema(self) -> JsonSchema:
        return {"type": ["object", "null"], "additionalProperties": self.item.schema()}


def _at_key(problem: Problem, key: str) -> Problem:
    return Problem(problem.rule, problem.message, problem.hint, (key,), on_key=True)


def same_name(key: str) -> Problem:
    """Two keys that differ as written and are one name."""
    return Problem(
        "duplicate-name", f"{key!r} is the same name as a key above it",
        "keep one of them (upper and lower case are one)", (key,), on_key=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record: what it holds, what it means, and what it is when left out.

    `default` is what the reference prints; the built-in value itself stands in the model.
    """

    kind: Kind
    doc: str
    default: str = ""
    example: str = ""
    required: bool = False


class Record:
    """A mapping with known keys; reads as a dict of those that are given."""

    def __init__(self, words: str, keys: Mapping[str, Key]) -> None:
        self.words = words
        self.keys = keys
        self._readers = {name: key.kind.read for name, key in keys.items()}
        self._required = tuple(name for name, key in keys.items() if key.required)
        self._required_set = frozenset(self._required)

    def read(self, value: object) -> dict[str, Any]:
        if type(value) is not dict:
            if isinstance(value, Scalar) and value.value is None and not self._required:
                return {}
            raise wrong_type(self, value, self._hint())
        result: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, item in value.items():
            reader = self._readers.get(key)
            if reader is None:
                problems.append(self._unknown(key))
                continue
            try:
                result[key] = reader(item)
            except Refused as error:
                problems += [problem.below(key) for problem in error.problems]
        if not self._required_set <= value.keys():
            problems += [self._missing(name) for name in self._required if name not in value]
        if problems:
            raise Refused(*problems)
        return result

    def _hint(self) -> str:
        return f"its keys are {', '.join(self.keys)}"

    def _unknown(self, key: str) -> Problem:
        name = key if len(key) <= 60 else f"{key[:57]}..."
        return Problem(
            "unknown-key", f"{name!r} is no key of {self.words}",
            suggest.did_you_mean(key, self.keys), (key,), on_key=True,
        )  # fmt: skip

    def _missing(self, name: str) -> Problem:
        example = self.keys[name].example
        return Problem(
            "missing-key", f"{self.words} needs `{name}:`",
            f"add `{name}: {example}`" if example else f"add `{name}:`", on_key=True,
        )  # fmt: skip

    def schema(self) -> JsonSchema:
        schema: JsonSchema = {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                name: {**key.kind.schema(), "description": key.doc}
                for name, key in self.keys.items()
            },
        }
        if self._required:
            schema["required"] = list(self._required)
        else:
            schema["type"] = ["object", "null"]
        return schema


@dataclass(frozen=True, slots=True)
class Either:
    """Told apart by shape: a text, a list or a mapping, each read by its own kind."""

    words: str
    text: Kind | None = None
    list: Kind | None = None
    mapping: Kind | None = None

    def read(self, value: object) -> Any:
        kind = None
        if isinstance(value, str):
            kind = self.text
        elif isinstance(value, dict):
            kind = self.mapping
        elif not isinstance(value, Scalar):
            kind = self.list
        if kind is None:
            raise wrong_type(self, value, f"write {self.words}")
        return kind.read(value)

    def schema(self) -> JsonSchema:
        kinds = (self.text, self.list, self.mapping)
        return {"anyOf": [kind.schema() for kind in kinds if kind is not None]}
