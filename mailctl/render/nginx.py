"""Escapes for nginx.conf: words, which end at blanks and at what has a meaning of its own."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z0-9._/:@+~=%-]+")


def word(text: str) -> str:
    """A name, a path or a list of ciphers; raises ValueError for what could break out."""
    if not _WORD.fullmatch(text):
        raise ValueError(f"nginx.conf cannot hold the word {text!r}")
    return text


FILTERS = {"word": word}
