"""Whether a Sieve script keeps to the grammar of RFC 5228, section 8, and asks for what it uses.

This is no compiler: it finds what `sievec` would refuse first in nearly every broken script,
on machines where no sievec is. The host's own sievec has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_NESTING = 31
"""Blocks, and tests, within each other: Pigeonhole 0.5 and 2.4 both refuse the next one."""


@dataclass(frozen=True, slots=True)
class SieveFault:
    """What is wrong in a script, and where; line and column count from 1."""

    line: int
    column: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


_TOKENS = re.compile(
    r"""(?P<space>[ \t\r\n]+|\#[^\n]*|/\*.*?\*/)
      | (?P<text>(?i:text):[ \t]*(?:\#[^\n]*)?\r?\n(?:.*?\r?\n)??\.(?:\r?\n|\Z))
      | (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<number>[0-9]+[KMGkmg]?(?![A-Za-z0-9_]))
      | (?P<tag>:[A-Za-z_][A-Za-z0-9_]*)
      | (?P<word>(?!(?i:text):)[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<sign>[;,(){}\[\]])""",
    re.DOTALL | re.VERBOSE,
)

_NEEDS = {
    "fileinto": ("fileinto",),
    "reject": ("reject",),
    "ereject": ("ereject",),
    "vacation": ("vacation", "vacation-seconds"),
    "notify": ("enotify", "notify", "vnd.dovecot.notify"),
    "set": ("variables",),
    "string": ("variables",),
    "setflag": ("imap4flags", "imapflags"),
    "addflag": ("imap4flags", "imapflags"),
    "removeflag": ("imap4flags", "imapflags"),
    "hasflag": ("imap4flags", "imapflags"),
    "mailboxexists": ("mailbox",),
    "envelope": ("envelope",),
    "date": ("date",),
    "currentdate": ("date",),
    "body": ("body",),
    "include": ("include",),
    "return": ("include",),
    "duplicate": ("duplicate", "vnd.dovecot.duplicate"),
    "addheader": ("editheader",),
    "deleteheader": ("editheader",),
    "environment": ("environment", "vnd.dovecot.environment"),
    "foreverypart": ("foreverypart",),
    "spamtest": ("spamtest", "spamtestplus"),
    "virustest": ("virustest",),
}
"""Commands and tests, and the capabilities one of which they need."""


class _Broken(Exception):
    def __init__(self, offset: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.hint = hint


def check_script(text: str) -> SieveFault | None:
    """The first fault of a script, or None."""
    try:
        _Script(tuple(_tokens(text)), len(text)).check()
    except _Broken as error:
        line = text.count("\n", 0, error.offset) + 1
        column = error.offset - (text.rfind("\n", 0, error.offset) + 1) + 1
        return SieveFault(line, column, error.message, error.hint)
    return None


def _tokens(text: str) -> Iterator[_Token]:
    offset = 0
    while offset < len(text):
        match = _TOKENS.match(text, offset)
        if match is None:
            raise _unreadable(text, offset)
        kind = match.lastgroup or ""
        if kind != "space":
            yield _Token(kind, match[0], offset)
        offset = match.end()


def _unreadable(text: str, offset: int) -> _Broken:
    rest = text[offset : offset + 5]
    if rest.startswith('"'):
        return _Broken(offset, "this text has no end", 'close it with "')
    if rest.startswith("/*"):
        return _Broken(offset, "this comment has no end", "close it with */")
    if rest.lower() == "text:":
        return _Broken(offset, "this text has no end", "end it by a line with a single dot")
    return _Broken(offset, f"{rest[0]!r} means nothing here", "put texts in double quotes")


class _Script:
    """A recursive descent over the tokens; nesting is bounded."""

    def __init__(self, tokens: tuple[_Token, ...], end: int) -> None:
        self._tokens = tokens
        self._at = 0
        self._end = _Token("end", "", end)
        self._capabilities: set[str] = set()
        self._required_may_come = True

    def check(self) -> None:
        self._commands(0)
        if self._next.kind != "end":
            raise _Broken(self._next.offset, "this } closes nothing", "take it away")

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _commands(self, depth: int) -> None:
        if depth > MOST_NESTING:
            raise _Broken(self._next.offset, f"nested more than {MOST_NESTING} levels deep")
        while self._next.kind != "end" and self._next.text != "}":
            self._command(depth)

    def _command(self, depth: int) -> None:
        name = self._take()
        if name.kind != "word":
            raise _Broken(name.offset, f"a command belongs here, not {name.text[:40]}",
                          "begin with a word as keep or fileinto")  # fmt: skip
        self._check_name(name)
        self._arguments(0)
        end = self._take()
        if end.text == "{" and end.kind == "sign":
            self._commands(depth + 1)
            close = self._take()
            if close.text != "}":
                raise _Broken(end.offset, "this { is never closed", "add a }")
        elif end.text != ";" or end.kind != "sign":
            raise _Broken(end.offset, f"the command {name.text} has no end", "add a ; after it")

    def _check_name(self, name: _Token) -> None:
        word = name.text.lower()
        if word == "require":
            if not self._required_may_come:
                raise _Broken(name.offset, "require comes before all other commands",
                              "move it to the top (RFC 5228, 3.2)")  # fmt: skip
            self._note_capabilities()
            return
        self._required_may_come = False
        self._check_capability(name)

    def _note_capabilities(self) -> None:
        """Read ahead over the list that follows require."""
        for token in self._tokens[self._at :]:
            if token.kind == "string":
                self._capabilities.add(token.text[1:-1].lower())
            elif token.text not in ("[", "]", ","):
                return

    def _check_capability(self, name: _Token) -> None:
        needed = _NEEDS.get(name.text.lower(), ())
        if needed and self._capabilities.isdisjoint(needed):
            raise _Broken(name.offset, f"{name.text} is not known without its extension",
                          f'add "{needed[0]}" to require')  # fmt: skip

    def _arguments(self, depth: int) -> None:
        if depth > MOST_NESTING:
            raise _Broken(self._next.offset, f"nested more than {MOST_NESTING} levels deep")
        while self._next.kind in ("string", "text", "number", "tag") or self._next.text == "[":
            if self._take().text == "[":
                self._string_list()
        if self._next.kind == "word":
            self._check_capability(self._take())
            self._arguments(depth + 1)
        elif self._next.text == "(":
            self._test_list(depth)

    def _string_list(self) -> None:
        while True:
            item = self._take()
            if item.kind not in ("string", "text"):
                raise _Broken(item.offset, "a list holds texts in double quotes",
                              'write it as ["one", "two"]')  # fmt: skip
            sign = self._take()
            if sign.text == "]":
                return
            if sign.text != ",":
                raise _Broken(sign.offset, "this list is not closed", "add a ]")

    def _test_list(self, depth: int) -> None:
        opening = self._take()
        while True:
            test = self._take()
            if test.kind != "word":
                raise _Broken(test.offset, "a test belongs here", "as in anyof (true, false)")
            self._check_capability(test)
            self._arguments(depth + 1)
            sign = self._take()
            if sign.text == ")":
                return
            if sign.text != ",":
                raise _Broken(opening.offset, "this ( is never closed", "add a )")
