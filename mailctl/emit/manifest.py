"""MANIFEST: what lies in a tree, one line a file, so that two trees can be held side by side.

    DIGEST MODE OWNER:GROUP PATH

DIGEST is the SHA-256 of the content in hex, or `withheld` for a secret that was left out;
MODE is in octal; mode and owner are those on the host.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from mailctl.emit.tree import TreeFile

NAME = "MANIFEST"
HEADING = "# mailctl tree 1: digest mode owner:group path"
_LINE = re.compile(r"(?:[0-9a-f]{64}|withheld) [0-7]{4} \S+:\S+ (.+)")


def manifest_text(files: Iterable[TreeFile]) -> str:
    """The lines of all files, in the order given, below a heading."""
    return "\n".join([HEADING, *map(_line, files)]) + "\n"


def listed_paths(text: str) -> frozenset[str] | None:
    """The paths that a MANIFEST lists; None when the text is no MANIFEST of ours."""
    heading, *lines = text.removesuffix("\n").split("\n")
    matches = [_LINE.fullmatch(line) for line in lines]
    if heading != HEADING or None in matches:
        return None
    return frozenset(match[1] for match in matches if match)


def _line(file: TreeFile) -> str:
    digest = "withheld" if file.withheld else hashlib.sha256(file.content).hexdigest()
    return f"{digest} {file.mode:04o} {file.owner}:{file.group} {file.path}"
