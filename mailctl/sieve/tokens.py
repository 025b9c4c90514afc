"""The words of a Sieve script (RFC 5228, 8.1), with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.sieve.fault import ScriptError


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is word, tag, number, string, or the punctuation itself; `end` at the end."""

    kind: str
    text: str
    line: int
    column: int


_PATTERN = re.compile(
    r"""
      (?P<blank>   [ \t\r\n]+ | \#[^\n]* | /\*.*?\*/ )
    | (?P<lines>   (?i:text):[ \t]*(?:\#[^\n]*)?\r?\n (?P<inside>(?:.*?\n)??) \.\r?(?:\n|\Z) )
    | (?P<word>    (?!(?i:text):)[A-Za-z_][A-Za-z0-9_]* )
    | (?P<tag>     :[A-Za-z_][A-Za-z0-9_]* )
    | (?P<number>  [0-9]+[KMGkmg]?(?![A-Za-z0-9_]) )
    | (?P<string>  "(?:[^"\\]|\\.)*" )
    | (?P<mark>    [\[\](){},;] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """All words of a script, and one of kind `end`; raises ScriptError for what is none."""
    position, line, line_start = 0, 1, 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        column = position - line_start + 1
        if match is None:
            raise ScriptError(line, column, *_complaint(text, position))
        kind = match.lastgroup if match.group("inside") is None else "lines"
        if kind != "blank":
            yield _token(str(kind), match, line, column)
        breaks = match.group().count("\n")
        if breaks:
            line += breaks
            line_start = match.start() + match.group().rindex("\n") + 1
        position = match.end()
    yield Token("end", "the end of the script", line, position - line_start + 1)


def _token(kind: str, match: re.Match[str], line: int, column: int) -> Token:
    text = match.group()
    if kind == "mark":
        return Token(text, text, line, column)
    if kind == "lines":
        return Token("string", match.group("inside"), line, column)
    if kind == "string":
        return Token("string", _ESCAPED.sub(r"\1", text[1:-1]), line, column)
    return Token(kind, text.lower(), line, column)


def _complaint(text: str, position: int) -> tuple[str, str]:
    """What is wrong there, and what to do."""
    if text[position] == '"':
        return "this text has no end", 'close it with "'
    if text.startswith("/*", position):
        return "this comment has no end", "close it with */"
    if text[position : position + 5].lower() == "text:":
        return "this text has no end", "end it by a line with a single dot"
    return f"{text[position]!r} means nothing here", "put texts in double quotes"
