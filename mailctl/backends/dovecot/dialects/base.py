"""What a dialect is, and how a table of spellings makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from mailctl.backends.base import Setting
from mailctl.backends.dovecot.decisions import Decision
from mailctl.backends.dovecot.lines import Line

Spelling = Callable[[Setting], tuple[Line, ...]]


class Dialect(Protocol):
    """The configuration language of one release."""

    @property
    def version(self) -> str:
        """As in the names of the templates and of the list of parameters: `2.4`."""

    def opening(self) -> tuple[Line, ...]:
        """What must stand before everything else."""

    def lines(self, decision: Decision) -> tuple[Line, ...]:
        """One decision in this language."""


@dataclass(frozen=True, slots=True)
class Variables:
    """How a language names what it fills in for each user."""

    marks: Mapping[str, str]

    def expand(self, text: str) -> str:
        """Text with `<address>` and the other marks replaced."""
        for mark, variable in self.marks.items():
            text = text.replace(mark, variable)
        return text


def reason(decision: Decision) -> str:
    """The comment: why, and where that can be read."""
    return f"{decision.because} ({decision.source})" if decision.source else decision.because


def plain(name: str, *blocks: str, value: str | None = None, file: bool = False) -> Spelling:
    """A decision that is one parameter; `value` where the language says another word."""

    def spell(setting: Setting) -> tuple[Line, ...]:
        text = setting.value if value is None else value
        return (Line(name, text, blocks, reason(setting), file),)

    return spell


def expanded(name: str, variables: Variables, *blocks: str) -> Spelling:
    """A decision that is one parameter whose value has marks in it."""

    def spell(setting: Setting) -> tuple[Line, ...]:
        return (Line(name, variables.expand(setting.value), blocks, reason(setting)),)

    return spell
