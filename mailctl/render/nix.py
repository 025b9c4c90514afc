"""Escapes for the Nix language (Nix manual, "String literal", "Identifier", "Comments").

In both kinds of string `${` begins an expression. In `"..."` a backslash escapes; in an indented
string two single quotes do, and the blanks that all its lines begin with are dropped.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_KEYWORDS = frozenset(["assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"])
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ONLY_BLANKS = re.compile(r"^[ \t]+$", re.MULTILINE)
_WIDTH = 98


def string(text: str) -> str:
    """A string in double quotes, on one line. Raises ValueError for a control character."""
    if _UNSPEAKABLE.search(text):
        raise ValueError(f"a control character cannot stand in a Nix string: {text!r}")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def attribute(name: str) -> str:
    """A name in an attribute set, in quotes where it is no identifier."""
    return name if _NAME.fullmatch(name) and name not in _KEYWORDS else string(name)


def indented(text: str, depth: int) -> str:
    """Lines as an indented string, its quotes in the column of `depth`; see `fits_indented`."""
    if not fits_indented(text):
        raise ValueError("an indented string of Nix would not hold this text as it is")
    inner = "  " * (depth + 1)
    escaped = text.replace("''", "'''").replace("${", "''${")
    lines = "".join(inner + line if line != "\n" else line for line in escaped.splitlines(True))
    return f"''\n{lines}{'  ' * depth}''"


def fits_indented(text: str) -> bool:
    """Whether an indented string gives the text back: it ends in a newline, at least one of its
    lines begins without a blank, and none is blanks alone. (A quote before `${` would need an
    escape that reads like another one.)"""
    return (
        text.endswith("\n")
        and not _UNSPEAKABLE.search(text)
        and "\r" not in text
        and "'${" not in text
        and "'''" not in text
        and not _ONLY_BLANKS.search(text)
        and any(line and line[0] not in " \t" for line in text.split("\n"))
    )


def comment(text: str, depth: int = 0) -> str:
    """Sentences as comment lines at a depth."""
    indent = "  " * depth
    lines = textwrap.wrap(
        " ".join(text.split()),
        _WIDTH - len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(f"{indent}# {line}" for line in lines)


FILTERS: dict[str, Callable[..., str]] = {"string": string, "comment": comment}
