"""Escapes for nginx.conf: words, which end at blanks and at what has a meaning of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

from mailctl.render.postfix import comment

_WORD = re.compile(r"[A-Za-z0-9._/:@+~=%-]+")


def word(text: str) -> str:
    """A name, a path or a list of ciphers; raises ValueError for what could break out."""
    if not _WORD.fullmatch(text):
        raise ValueError(f"nginx.conf cannot hold the word {text!r}")
    return text


def words(text: str) -> str:
    """The words of a directive of ours, some in double quotes; raises ValueError for what could
    end it."""
    if not text.isprintable() or set(text) & set(";{}'#$\\"):
        raise ValueError(f"nginx.conf cannot hold the directive's words {text!r}")
    return text


FILTERS: dict[str, Callable[..., str]] = {"word": word, "words": words, "comment": comment}
