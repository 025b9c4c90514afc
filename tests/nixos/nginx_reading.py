"""nginx.conf as nginx reads it: directives, blocks, and what a server inherits (nginx.org,
"Configuration File's Structure")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"""\s*(?:\#[^\n]*|([{};])|"((?:[^"\\]|\\.)*)"|([^\s{};]+))""")


@dataclass(frozen=True, slots=True)
class Directive:
    """A name and its words; `inside` where it is a block."""

    words: tuple[str, ...]
    inside: tuple[Directive, ...] = ()

    def said(self, name: str) -> list[tuple[str, ...]]:
        """What directives of this name say within it, each without the name."""
        return [each.words[1:] for each in self.inside if each.words[0] == name]

    def blocks(self, name: str) -> list[Directive]:
        return [each for each in self.inside if each.words[0] == name]


def read(text: str) -> Directive:
    """The whole file as one block."""
    return Directive(("",), tuple(_block(iter(_TOKEN.findall(text)))))


def _block(tokens: Iterator[tuple[str, str, str]]) -> Iterator[Directive]:
    words: list[str] = []
    for mark, quoted, plain in tokens:
        if mark == "}":
            return
        if mark:
            inside = tuple(_block(tokens)) if mark == "{" else ()
            yield Directive(tuple(words), inside)
            words = []
        elif quoted or plain:
            words.append(quoted or plain)
