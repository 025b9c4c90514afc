"""Nix expressions as values: what the module says, before anybody has thought of its layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Raw:
    """An expression as it stands; never with text of the spec in it."""

    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A text of lines, as an indented string."""

    text: str


@dataclass(frozen=True, slots=True)
class File:
    """The content of a file: inline where it is short and an indented string can hold it, else
    beside the module at `path`."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Default:
    """A value that the host's configuration may set otherwise (lib.mkDefault)."""

    value: Value


@dataclass(frozen=True, slots=True)
class Forced:
    """A value that takes the place of one that nixpkgs' module sets (lib.mkForce)."""

    value: Value


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of the module's `let`, or of lib or pkgs, and what it is given."""

    function: str
    value: Value


@dataclass(frozen=True, slots=True)
class Item:
    """An element of a list, and why it is there."""

    value: Value
    because: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """`path = value;`, each part of the path a name, and why the value is what it is."""

    path: tuple[str, ...]
    value: Value
    because: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that parts the entries before it from those behind it."""

    title: str


@dataclass(frozen=True, slots=True)
class Attrs:
    """An attribute set, its entries in the order in which they are read best."""

    entries: tuple[Entry | Heading, ...]


Value: TypeAlias = (
    str
    | int
    | bool
    | tuple["Value | Item", ...]
    | Raw
    | Lines
    | File
    | Default
    | Forced
    | Applied
    | Attrs
)


def entry(path: str, value: Value, because: str = "") -> Entry:
    """An entry whose path is written with dots; no part of it may have one."""
    return Entry(tuple(path.split(".")), value, because)
