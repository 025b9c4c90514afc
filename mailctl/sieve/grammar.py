"""The grammar of Sieve (RFC 5228, 8.2): words to commands and tests, without their meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.sieve.fault import ScriptError
from mailctl.sieve.tokens import Token, tokens

DEEPEST = 31
"""Blocks within each other, and tests within each other; Pigeonhole refuses the 32nd of either."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command or a test: its name, its tags and strings, its tests and its block."""

    name: Token
    tags: tuple[Token, ...]
    strings: tuple[str, ...]
    tests: tuple[Step, ...] = ()
    block: tuple[Step, ...] | None = None


def parse(text: str) -> tuple[Step, ...]:
    """The commands of a script; raises ScriptError at the first fault."""
    parser = _Parser(tokens(text))
    commands = parser.commands(0)
    parser.end()
    return commands


class _Parser:
    """Recursive descent with one word of foresight."""

    def __init__(self, words: Iterator[Token]) -> None:
        self._words = words
        self._next = next(words)

    def end(self) -> None:
        """Nothing may follow."""
        if self._next.kind != "end":
            raise _fault(self._next, "this } closes nothing", "take it away")

    def commands(self, depth: int) -> tuple[Step, ...]:
        """Those up to the end of the script or of the block."""
        found: list[Step] = []
        self._check_depth(depth)
        while self._next.kind not in ("end", "}"):
            found.append(self._command(depth))
        return tuple(found)

    def _take(self) -> Token:
        word = self._next
        if word.kind != "end":
            self._next = next(self._words)
        return word

    def _check_depth(self, depth: int) -> None:
        if depth > DEEPEST:
            raise _fault(self._next, f"nested more than {DEEPEST} levels deep",
                         "Pigeonhole takes no more")  # fmt: skip

    def _command(self, depth: int) -> Step:
        name = self._take()
        if name.kind != "word":
            raise _fault(name, f"a command belongs here, not {name.text:.40}",
                         "begin with a word as keep or fileinto")  # fmt: skip
        tags, strings = self._arguments()
        tests = self._tests(1)
        sign = self._take()
        if sign.kind == ";":
            return Step(name, tags, strings, tests)
        if sign.kind != "{":
            raise _fault(sign, f"the command {name.text:.40} has no end", "add a ; after it")
        block = self.commands(depth + 1)
        if self._take().kind != "}":
            raise _fault(sign, "this { is never closed", "add a }")
        return Step(name, tags, strings, tests, block)

    def _arguments(self) -> tuple[tuple[Token, ...], tuple[str, ...]]:
        """The tags, and the strings of all arguments."""
        tags: list[Token] = []
        strings: list[str] = []
        while self._next.kind in ("string", "number", "tag", "["):
            word = self._take()
            if word.kind == "string":
                strings.append(word.text)
            elif word.kind == "tag":
                tags.append(word)
            elif word.kind == "[":
                strings += self._list()
        return tuple(tags), tuple(strings)

    def _list(self) -> Iterator[str]:
        """The strings of `["a", "b"]`, after its opening bracket."""
        while True:
            item = self._take()
            if item.kind != "string":
                raise _fault(item, "a list holds texts in double quotes",
                             'write it as ["one", "two"]')  # fmt: skip
            yield item.text
            sign = self._take()
            if sign.kind == "]":
                return
            if sign.kind != ",":
                raise _fault(sign, "this list is not closed", "add a ], or a comma between texts")

    def _tests(self, depth: int) -> tuple[Step, ...]:
        if self._next.kind == "word":
            return (self._test(depth),)
        if self._next.kind != "(":
            return ()
        opening = self._take()
        tests = [self._test(depth)]
        while (sign := self._take()).kind == ",":
            tests.append(self._test(depth))
        if sign.kind != ")":
            raise _fault(opening, "this ( is never closed", "add a )")
        return tuple(tests)

    def _test(self, depth: int) -> Step:
        name = self._take()
        if name.kind != "word":
            raise _fault(name, f"a test belongs here, not {name.text:.40}",
                         "as in anyof (true, false)")  # fmt: skip
        self._check_depth(depth)
        tags, strings = self._arguments()
        return Step(name, tags, strings, self._tests(depth + 1))


def _fault(word: Token, message: str, hint: str) -> ScriptError:
    return ScriptError(word.line, word.column, message, hint)
