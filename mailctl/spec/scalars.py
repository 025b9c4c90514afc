"""Which unquoted scalars are no strings: the core schema of YAML 1.2.2, section 10.3.2.

`no`, `on`, `1:30` and dates are strings there, which is why we do not use YAML 1.1's rules.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mailctl.spec.nodes import Scalar

FIRST_CHARACTERS = frozenset("~nNtTfF+-.0123456789")
"""A plain scalar that begins otherwise is a string; an empty one is null."""

_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{
        sign + word: float(f"{sign}inf")
        for sign in ("", "+", "-")
        for word in (".inf", ".Inf", ".INF")
    },
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MOST_DIGITS = 300
"""Longer digit strings stay strings: nothing here counts that far, and int() would refuse."""


@lru_cache(maxsize=4096)
def resolve(text: str) -> str | Scalar:
    """What a plain scalar means; a `Scalar` for null, booleans and numbers."""
    if text in _CONSTANTS:
        return Scalar(text, _CONSTANTS[text])
    if len(text) > _MOST_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return Scalar(text, int(text))
    if _OCTAL.fullmatch(text):
        return Scalar(text, int(text, 0))
    if _HEXADECIMAL.fullmatch(text):
        return Scalar(text, int(text, 16))
    if _FLOAT.fullmatch(text):
        return Scalar(text, float(text))
    return text
