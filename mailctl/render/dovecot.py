"""Escaping for dovecot.conf, both dialects, and for passwd-files.

A value stands in double quotes, with backslashes before `"` and `\\`; within quotes `#`, `{`
and `$` mean themselves (Dovecot 2.3: src/config/config-parser.c reads them so; tests ask the
daemons). A line break cannot be quoted at all and is refused.
"""

from __future__ import annotations

import re
import textwrap

from mailctl.render.environment import Filter

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BARE = re.compile(r"[A-Za-z0-9_./~@%:*!+-][A-Za-z0-9_./~@%:*!+,-]*(?: [A-Za-z0-9_./~@%:*!+,-]+)*")
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9_./+@=,-]+")
_WIDTH = 98


def value(text: str) -> str:
    """The right side of `name = value`: as it stands where that is safe, else in quotes."""
    refuse_control_characters(text)
    if not text or _BARE.fullmatch(text):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """A string in double quotes."""
    refuse_control_characters(text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def path(text: str) -> str:
    """A path that needs no quotes: where the language has none, as after `<` in 2.3."""
    if not _PLAIN_PATH.fullmatch(text):
        raise ValueError(f"not a path that dovecot.conf can hold: {text!r}")
    return text


def head(text: str) -> str:
    """The head of a block: a word, and a name that is quoted where it must be."""
    kind, _, name = text.partition(" ")
    if not name:
        return kind
    return f"{kind} {quoted(name) if ' ' in name else value(name)}"


def comment(text: str, depth: int = 0) -> str:
    """Lines of comment, wrapped, at the depth of their block."""
    indent = "  " * depth
    lines = textwrap.wrap(" ".join(text.split()), _WIDTH - len(indent) - 2)
    return "\n".join(f"{indent}# {line}" for line in lines)


def refuse_control_characters(text: str) -> None:
    """Raise ValueError for what no quoting can hold; the spec refuses such values before."""
    if _CONTROL.search(text):
        raise ValueError(f"a control character cannot stand in dovecot.conf: {text!r}")


FILTERS: dict[str, Filter] = {
    "value": value,
    "path": path,
    "head": head,
    "comment": comment,
}
