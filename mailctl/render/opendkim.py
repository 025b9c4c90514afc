"""Escapes for OpenDKIM's two grammars: opendkim.conf(5) and the sources of its data sets.

Both are lines of words; `#` begins a comment anywhere in a line, and there is no quoting.
A data set's fields stand between colons.
"""

from __future__ import annotations


def word(text: str) -> str:
    """A value of opendkim.conf(5); raises ValueError for what no spelling can hold."""
    if not text or not text.isprintable() or "#" in text or text != text.strip():
        raise ValueError(f"opendkim.conf cannot hold the value {text!r}")
    return text


def field(text: str) -> str:
    """A field of a KeyTable or a SigningTable; domains and selectors always fit."""
    if not text or not text.isprintable() or any(each in text for each in " #:,%*"):
        raise ValueError(f"a data set of OpenDKIM cannot hold the field {text!r}")
    return text


FILTERS = {"word": word}
