"""Findings and problems to Issues: in which file of the spec, on which line and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailctl.errors import Finding, Issue, Position, SpecPath
from mailctl.spec.nodes import SpecFile
from mailctl.spec.positions import Wanted, find_all
from mailctl.spec.problems import Problem

MOST_PLACED = 1000
"""More faults than that are only counted."""

MOST_SAID = 300


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A problem at a path of one file, its keys as they are written there."""

    file: SpecFile
    problem: Problem


class Locator:
    """Finds positions. Names are looked for as written; the model knows them in lower case
    and in A-labels, so the reader notes where the two differ."""

    def __init__(self, files: Sequence[SpecFile]) -> None:
        self._files = files
        self._written: dict[tuple[str, str], str] = {}

    def note_name(self, section: str, name: str, written: str) -> None:
        """A name stands in the file in another form than the model knows it by."""
        self._written[section, name] = written

    def find(self, paths: Iterable[Wanted]) -> dict[Wanted, Position]:
        """The position of each path, or of the nearest thing above it that exists."""
        asked = {wanted: (self._as_written(wanted[0]), wanted[1]) for wanted in paths}
        best: dict[Wanted, tuple[int, Position]] = {}
        for file in self._files:
            for wanted, found in find_all(file.path, file.name, asked.values()).items():
                if wanted not in best or found[0] > best[wanted][0]:
                    best[wanted] = found
        return {wanted: best[written][1] for wanted, written in asked.items()}

    def exists(self, where: SpecPath) -> bool:
        """Whether the spec says something at exactly this path."""
        wanted = (self._as_written(where), False)
        return any(
            find_all(file.path, file.name, (wanted,))[wanted][0] == len(where)
            for file in self._files
        )

    def issues(self, findings: Iterable[Finding]) -> tuple[Issue, ...]:
        """Findings with their positions, sorted by place."""
        found = list(findings)
        places = self.find((finding.where, finding.on_key) for finding in found)
        return tuple(
            sorted(
                _issue(finding, places[finding.where, finding.on_key], finding.severity.value)
                for finding in found
            )
        )

    def _as_written(self, where: SpecPath) -> SpecPath:
        if len(where) < 2:
            return where
        name = self._written.get((str(where[0]), str(where[1])), where[1])
        return (where[0], name, *where[2:])


def issues_of(problems: Sequence[FileProblem]) -> list[Issue]:
    """Problems with their positions; each file is walked once."""
    by_file: dict[int, list[FileProblem]] = {}
    for problem in problems[:MOST_PLACED]:
        by_file.setdefault(id(problem.file), []).append(problem)
    issues = []
    for of_file in by_file.values():
        file = of_file[0].file
        wanted = [(placed.problem.where, placed.problem.on_key) for placed in of_file]
        places = find_all(file.path, file.name, wanted)
        issues += [
            _issue(placed.problem, places[key][1])
            for placed, key in zip(of_file, wanted, strict=True)
        ]
    return issues


def _cut(message: str) -> str:
    """A message that stays readable, whatever it quotes."""
    return message if len(message) <= MOST_SAID else f"{message[: MOST_SAID - 3]}..."


def _issue(fault: Finding | Problem, place: Position, severity: str = "error") -> Issue:
    return Issue(
        place.path, place.line, place.column, fault.rule, _cut(fault.message), fault.hint, severity
    )
