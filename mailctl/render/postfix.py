"""Escapes for Postfix's three grammars: main.cf, master.cf and the sources of its tables.

postconf(5): a line that begins with white space continues the one before, `#` begins a
comment line, `$name` is replaced. master(5): words are split at white space, `{ name = value }`
holds a value with blanks together. postmap(1): the key ends at the first white space.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable

_LINE_BREAKERS = frozenset("\n\r\0\v\f\x1c\x1d\x1e\x85\u2028\u2029")


def literal(text: str) -> str:
    """Text of the spec as a part of a setting's value, with every `$` as data.

    Raises ValueError for what no spelling can hold: line ends and NUL.
    """
    return value(text).replace("$", "$$")


def value(text: str) -> str:
    """The whole value of a setting, on one line; its `$name` are Postfix's own."""
    if _LINE_BREAKERS.intersection(text):
        raise ValueError(f"no setting of Postfix can hold a line end or NUL: {text!r}")
    return text.strip(" \t")


def braced(name: str, text: str) -> str:
    """`{ name = value }` after `-o` in master.cf; the value's braces must be balanced."""
    if not is_balanced(text):
        raise ValueError(f"master.cf cannot hold unbalanced braces: {text!r}")
    return f"{{ {name} = {value(text)} }}"


def table_key(key: str) -> str:
    """A key of a table's source, which must be one word and look like no comment."""
    # isprintable() is false for all white space but the blank, and for control characters
    if not key.isprintable() or " " in key or '"' in key or key[:1] in ("", "#"):
        raise ValueError(f"a table of Postfix cannot hold the key {key!r}")
    return key


def table_value(text: str) -> str:
    """A value of a table's source: not empty, on one line."""
    if not text.strip(" \t"):
        raise ValueError("a table of Postfix cannot hold an empty value")
    return text if text.isprintable() and text[0] != " " else value(text)


def comment(text: str, indent: str = "") -> str:
    """Sentences as comment lines of at most 100 columns."""
    prefix = f"{indent}# "
    return "\n".join(
        textwrap.wrap(
            text,
            width=100,
            initial_indent=prefix,
            subsequent_indent=prefix,
            break_on_hyphens=False,
            break_long_words=False,
        )
    )


def is_balanced(text: str) -> bool:
    """Whether every brace has its other half, in the right order."""
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


FILTERS: dict[str, Callable[..., str]] = {"value": value, "braced": braced, "comment": comment}
