"""One host's entry cut out of a file that is no YAML as a whole, or not this minute.

Lines that do not belong to it are emptied, so that those that stay keep their numbers. Only
block style can be told apart so: a section begins in the first column, its entries are indented.
"""

from __future__ import annotations

import re

_HEAD = rb"(?P<quote>[\"']?)%b(?P=quote)[ \t]*:(?=[ \t\r]|\Z)"
_ASIDE = re.compile(rb"[ \t\r]*(?:#|\Z)")
"""A line that ends nothing: empty, or a comment."""
_SAME_LEVEL_LIST = re.compile(rb"-(?:[ \t\r]|\Z)")


def section_of(data: bytes, section: str) -> bytes:
    """The file with nothing but one section; no line is left when it has none."""
    head = re.compile(_HEAD % re.escape(section.encode()))
    kept: list[bytes] = []
    inside = False
    for line in data.split(b"\n"):
        if line[:1] not in (b" ", b"\t") and not _ASIDE.match(line):
            inside = bool(head.match(line)) or (inside and bool(_SAME_LEVEL_LIST.match(line)))
        kept.append(line if inside else b"")
    return b"\n".join(kept)


def entry_of(data: bytes, section: str, name: str) -> bytes:
    """The file with nothing but one entry of one section, below the section's name."""
    head = re.compile(_HEAD % re.escape(name.encode()))
    kept: list[bytes] = []
    level = 0  # how far the section's entries are indented: as its first one is
    inside = False
    for line in section_of(data, section).split(b"\n"):
        is_title = bool(line) and line[:1] not in b" \t#"
        if not is_title and not _ASIDE.match(line):
            text = line.lstrip(b" ")
            level = level or len(line) - len(text)
            if len(line) - len(text) <= level:
                inside = len(line) - len(text) == level and bool(head.match(text))
        kept.append(line if is_title or inside else b"")
    return b"\n".join(kept)
