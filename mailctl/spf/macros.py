"""Macro strings (RFC 7208, 7): texts in which `%{d}` and the like stand for a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from mailctl.spf.fault import SpfSyntaxError

LETTERS = frozenset("slodipvh")
LETTERS_OF_EXPLANATIONS = LETTERS | frozenset("crt")
"""What may be expanded: c, r and t only in the text that `exp=` leads to (7.2)."""

_MOST_DIGITS = 4
_EXPAND = (
    r"%(?:(?P<plain>[%_-])"
    r"|\{(?P<letter>[A-Za-z])(?P<keep>[0-9]*)(?P<reverse>[rR]?)(?P<delimiters>[.+,/_=-]*)\})"
)
_PIECE = re.compile(f"[^%]+|{_EXPAND}")
_PLAIN = {"%": "%", "_": " ", "-": "%20"}
_WRITTEN = {"%": "%%", " ": "%_", "%20": "%-"}
_SPECIAL = re.compile("%20|%| ")
_END = re.compile(
    r"\.(?:(?=[0-9]*[A-Za-z])[A-Za-z0-9]+|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])(?P<dot>\.?)"
)


@dataclass(frozen=True, slots=True)
class Macro:
    """`%{letter keep r delimiters}`: the value is split at the delimiters, turned round where
    `reverse`, cut to the `keep` parts at the right (0: all) and joined by dots."""

    letter: str
    escape: bool = False
    keep: int = 0
    reverse: bool = False
    delimiters: str = "."

    def __str__(self) -> str:
        letter = self.letter.upper() if self.escape else self.letter
        delimiters = "" if self.delimiters == "." else self.delimiters
        reverse = "r" if self.reverse else ""
        return f"%{{{letter}{self.keep or ''}{reverse}{delimiters}}}"


@dataclass(frozen=True, slots=True)
class MacroString:
    """Literal texts, already decoded, and macros in their order; no two texts in a row."""

    parts: tuple[str | Macro, ...] = ()

    @property
    def letters(self) -> frozenset[str]:
        """The macros that are used."""
        return frozenset(part.letter for part in self.parts if isinstance(part, Macro))

    def __str__(self) -> str:
        return "".join(
            str(part) if isinstance(part, Macro) else _SPECIAL.sub(_written, part)
            for part in self.parts
        )


def _written(match: re.Match[str]) -> str:
    return _WRITTEN[match.group()]


def macro_string(
    text: str, offset: int = 0, letters: frozenset[str] = LETTERS, names: bool = False
) -> MacroString:
    """The macro string that a text is. `names`: case means nothing in its literal parts.

    Raises SpfSyntaxError at `offset`, which is that of the term.
    """
    pieces: list[str | Macro] = []
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            raise SpfSyntaxError(offset, f"`{text[position : position + 12]}` is no macro",
                                 "write %{d} or the like, and %% for a percent sign")  # fmt: skip
        pieces.append(_piece(match, offset, letters, names))
        position = match.end()
    return MacroString(tuple(_joined(pieces)))


def _joined(pieces: list[str | Macro]) -> Iterator[str | Macro]:
    """Without two texts in a row."""
    for is_macro, run in groupby(pieces, key=lambda piece: isinstance(piece, Macro)):
        if is_macro:
            yield from run
        else:
            yield "".join(map(str, run))


def _piece(match: re.Match[str], offset: int, letters: frozenset[str], names: bool) -> str | Macro:
    if match["letter"]:
        return _macro(match, offset, letters)
    if match["plain"]:
        return _PLAIN[match["plain"]]
    return match.group().lower() if names else match.group()


def _macro(match: re.Match[str], offset: int, letters: frozenset[str]) -> Macro:
    letter = match["letter"].lower()
    if letter not in letters:
        where = ("here; it is meant for explanations" if letter in LETTERS_OF_EXPLANATIONS
                 else "of SPF")  # fmt: skip
        raise SpfSyntaxError(offset, f"{match.group()} is no macro {where} (RFC 7208, 7.2)",
                             f"known are {', '.join(sorted(letters))}")  # fmt: skip
    digits = match["keep"].lstrip("0")
    if match["keep"] and not digits:
        raise SpfSyntaxError(offset, f"{match.group()} keeps nothing (RFC 7208, 7.3)",
                             "write how many parts are kept, from 1")  # fmt: skip
    return Macro(
        letter,
        escape=match["letter"].isupper(),
        # no name has that many parts, and no bound holds back who writes digits
        keep=int(digits[:_MOST_DIGITS] or 0) if len(digits) <= _MOST_DIGITS else 9999,
        reverse=bool(match["reverse"]),
        delimiters="".join(sorted(set(match["delimiters"]))) or ".",
    )


def domain_spec(text: str, offset: int = 0) -> MacroString:
    """A macro string that ends as a name does: in a top label or in a macro (section 12).

    A final dot means nothing and is dropped.
    """
    value = macro_string(text, offset, names=True)
    pieces = list(_PIECE.finditer(text))
    tail = pieces[-1].group() if pieces else ""
    if tail.startswith("%"):  # a macro of any kind may end it
        return value
    dot = tail.rstrip(".").rfind(".")
    end = _END.fullmatch(tail, dot) if dot >= 0 else None
    if end is None:
        raise SpfSyntaxError(offset, *_no_domain(text))
    return macro_string(text[:-1], offset, names=True) if end["dot"] else value


def _no_domain(text: str) -> tuple[str, str]:
    shown = f"`{text:.60}`"
    if not text:
        return "the domain is missing", "write one as _spf.example.org"
    if re.fullmatch(r"[0-9.]+", text):
        return f"{shown} is an address, no domain", f"write ip4:{text:.60}"
    if "." not in text.strip("."):
        return f"{shown} is no domain of several labels", "write the whole name"
    return f"{shown} does not end as a domain does", "write one as _spf.example.org"
