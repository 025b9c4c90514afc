"""Nix expressions as text, laid out as NixOS' own formatter would: two blanks a level."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailctl.emit.nixos.values import (
    Applied,
    Attrs,
    Default,
    Entry,
    File,
    Forced,
    Heading,
    Item,
    Lines,
    Raw,
    Value,
)
from mailctl.render.nix import attribute, comment, fits_indented, indented, string

_MOST_LINES = 40
"""A file of more lines is big: it stands beside the module."""


def is_inline(file: File, folder: str) -> bool:
    """Whether a file's content stands within the module: if it is short, or if there is no folder
    beside it and an indented string can hold it."""
    try:
        text = file.content.decode()
    except UnicodeDecodeError:
        return False
    short = not folder or text.count("\n") <= _MOST_LINES
    return not text or (short and fits_indented(text))


def expression(value: Value, depth: int, folder: str) -> str:
    """One expression; its first line goes behind what is there, further ones at `depth`. Files
    that are not inline are named below ./`folder`; none is where that is empty and it can be
    helped."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return string(value)
        case Raw(text):
            return text
        case Lines(text):
            return indented(text, depth) if fits_indented(text) else string(text)
        case File():
            return _file(value, depth, folder)
        case tuple():
            return _list(value, depth, folder)
        case Attrs():
            return _attrs(value, depth, folder)
    return _call(value, depth, folder)


def entries(attrs: Attrs, depth: int, folder: str) -> str:
    """What stands within the braces of an attribute set."""
    return "\n".join(_entries(attrs, depth, folder))


def _entries(attrs: Attrs, depth: int, folder: str) -> Iterator[str]:
    for number, each in enumerate(attrs.entries):
        if isinstance(each, Heading):
            yield from ("",) * bool(number)
            yield comment(f"---- {each.title}", depth)
        else:
            yield from _entry(each, depth, folder)


def _entry(each: Entry, depth: int, folder: str) -> Iterator[str]:
    each = _short(each)
    if each.because:
        yield comment(each.because, depth)
    name = ".".join(map(attribute, each.path))
    yield f"{'  ' * depth}{name} = {expression(each.value, depth, folder)};"


def _short(each: Entry) -> Entry:
    """`a.b = value` for a set of one entry, unless both have something to say."""
    match each:
        case Entry(path, Attrs((Entry(inner, value, reason),)), because):
            if not (reason and because):
                return _short(Entry((*path, *inner), value, reason or because))
    return each


def _attrs(attrs: Attrs, depth: int, folder: str) -> str:
    if not attrs.entries:
        return "{ }"
    return f"{{\n{entries(attrs, depth + 1, folder)}\n{'  ' * depth}}}"


def _list(items: tuple[Value | Item, ...], depth: int, folder: str) -> str:
    if not items:
        return "[ ]"
    if len(items) == 1 and isinstance(items[0], str | int | Raw):
        return f"[ {expression(items[0], depth, folder)} ]"
    if all(isinstance(item, int) for item in items):
        return f"[ {' '.join(map(str, items))} ]"
    return "\n".join(["[", *_items(items, depth + 1, folder), "  " * depth + "]"])


def _items(items: tuple[Value | Item, ...], depth: int, folder: str) -> Iterator[str]:
    for item in items:
        value = item.value if isinstance(item, Item) else item
        if isinstance(item, Item) and item.because:
            yield comment(item.because, depth)
        yield "  " * depth + _argument(value, depth, folder)


def _call(value: Default | Forced | Applied, depth: int, folder: str) -> str:
    match value:
        case Default(inner):
            function = "lib.mkDefault"
        case Forced(inner):
            function = "lib.mkForce"
        case Applied(function, inner):
            pass
    return f"{function} {_argument(inner, depth, folder)}"


def _argument(value: Value, depth: int, folder: str) -> str:
    text = expression(value, depth, folder)
    called = isinstance(value, Default | Forced | Applied)
    return (
        f"({text})"
        if called or (isinstance(value, File) and not is_inline(value, folder))
        else text
    )


def _file(file: File, depth: int, folder: str) -> str:
    if not is_inline(file, folder):
        return _beside(file.path, folder)
    text = file.content.decode()
    return indented(text, depth) if text else '""'


_STORE_NAME = re.compile(r"[A-Za-z0-9+_?=-][A-Za-z0-9+._?=-]*")


def _beside(path: str, folder: str) -> str:
    """A path to a file beside the module. No path literal can hold every name, and neither can
    the store, in which the file gets its last part's name."""
    place = f"./{folder} + {string('/' + path)}"
    if _STORE_NAME.fullmatch(path.rsplit("/", 1)[-1]):
        return place
    return f'builtins.path {{ path = {place}; name = "mailctl-file"; }}'
