"""The grammar of Sieve (RFC 5228, 8.2): words to commands and tests, without their meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.backends.sieve.tokens import ScriptError, Token, tokens

DEEPEST = 31
"""Blocks or tests within each other; the 32nd is refused by Pigeonhole."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command or a test: its name, the strings it is given, its tests and its block."""

    name: Token
    strings: tuple[str, ...]
    tests: tuple[Step, ...] = ()
    block: tuple[Step, ...] | None = None


def parse(text: str) -> tuple[Step, ...]:
    """The commands of a script; raises ScriptError at the first fault."""
    parser = _Parser(tokens(text))
    commands = parser.commands("end", 0)
    parser.take("end")
    return commands


class _Parser:
    """Recursive descent with one word of foresight."""

    def __init__(self, words: Iterator[Token]) -> None:
        self._words = words
        self._next = next(words)

    def take(self, *kinds: str) -> Token:
        """The next word, which must be of one of these kinds."""
        word = self._next
        if word.kind not in kinds:
            wanted = " or ".join("a command" if kind == "word" else kind for kind in kinds)
            raise ScriptError(word.line, word.column, f"{wanted} is missing before {word.text:.40}")
        if word.kind != "end":
            self._next = next(self._words)
        return word

    def commands(self, closing: str, depth: int) -> tuple[Step, ...]:
        found: list[Step] = []
        while self._next.kind != closing:
            found.append(self._command(depth))
        return tuple(found)

    def _command(self, depth: int) -> Step:
        name = self.take("word")
        strings, tests = self._arguments(name, depth)
        if self.take(";", "{").kind == ";":
            return Step(name, strings, tests)
        block = self.commands("}", depth + 1)
        self.take("}")
        return Step(name, strings, tests, block)

    def _arguments(self, name: Token, depth: int) -> tuple[tuple[str, ...], tuple[Step, ...]]:
        if depth > DEEPEST:
            raise ScriptError(name.line, name.column, f"nested more than {DEEPEST} deep")
        strings: list[str] = []
        while self._next.kind in ("string", "number", "tag", "["):
            word = self.take(self._next.kind)
            if word.kind == "string":
                strings.append(word.text)
            elif word.kind == "[":
                strings += self._list()
        return tuple(strings), self._tests(depth + 1)

    def _list(self) -> list[str]:
        """The strings of `["a", "b"]`, after its opening bracket."""
        strings = [self.take("string").text]
        while self.take(",", "]").kind == ",":
            strings.append(self.take("string").text)
        return strings

    def _tests(self, depth: int) -> tuple[Step, ...]:
        if self._next.kind == "word":
            return (self._test(depth),)
        if self._next.kind != "(":
            return ()
        self.take("(")
        tests = [self._test(depth)]
        while self.take(",", ")").kind == ",":
            tests.append(self._test(depth))
        return tuple(tests)

    def _test(self, depth: int) -> Step:
        name = self.take("word")
        strings, tests = self._arguments(name, depth)
        return Step(name, strings, tests)
