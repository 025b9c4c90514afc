"""Faults on their way up: a reader says what is wrong, its callers say where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailctl.errors import SpecPath


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, at a path below whoever raises it. `on_key`: the key is wrong, not its value."""

    rule: str
    message: str
    hint: str = ""
    where: SpecPath = ()
    on_key: bool = False

    def below(self, *steps: str | int) -> Problem:
        """The same fault seen from further up."""
        return replace(self, where=(*steps, *self.where))

    def at_key(self) -> Problem:
        """The same fault, held against the key at the end of its path."""
        return replace(self, on_key=True)


class Refused(Exception):
    """A value is refused, for one or more reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def refuse(rule: str, message: str, hint: str = "") -> Refused:
    """One reason, at the value itself; to be raised."""
    return Refused(Problem(rule, message, hint))
