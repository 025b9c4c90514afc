"""From a path to a System: read the files, read the nodes by the table, build, check the rules.

Faults are gathered in three steps (YAML, single values, the whole); a later step runs when the
earlier ones found nothing, for it would only repeat their faults in other words.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from mailctl.errors import Finding, Issue, Position, Severity, SpecError, SpecPath
from mailctl.model.rules import check_all
from mailctl.model.rules.ignored import kept
from mailctl.model.system import System
from mailctl.spec.files import FileReader
from mailctl.spec.locate import Locator, issues_of
from mailctl.spec.reader import Reader
from mailctl.spec.record import SpecRecord
from mailctl.spec.references import faults_of_scripts, missing_files


@dataclass(frozen=True, slots=True)
class Loaded:
    """A spec that was accepted: the model, the warnings, and where everything stands."""

    system: System
    warnings: tuple[Issue, ...]
    record: SpecRecord
    locator: Locator

    def locate(self, where: SpecPath, on_key: bool = False) -> Position:
        """Where a path of the spec stands, or the nearest thing above it."""
        return self.locator.find([(where, on_key)])[where, on_key]

    def issues(self, findings: Iterable[Finding]) -> tuple[Issue, ...]:
        """Findings of later stages that the spec does not ignore, with their positions, sorted."""
        return self.locator.issues(self.record.at_origin(kept(self.system, findings)))


def load(path: Path) -> System:
    """The model of the spec at `path`. Raises SpecError with every issue found."""
    return examine(path).system


def examine(path: Path, *, private: bool = True) -> Loaded:
    """The spec at `path` with its warnings and positions. Raises SpecError. Without `private`,
    files of secrets and certificates need not be there.

    Paths in issues begin as `path` is given: a relative one stays relative.
    """
    with _uncollected():
        files = FileReader()
        files.read(path)
        _raise_if(files.issues)
        locator = Locator(files.files)
        reader = Reader(files.files, locator)
        record = reader.read()
        _raise_if(issues_of(reader.problems))
        found = chain(check_all(record.system), missing_files(record.system, private=private))
        findings = kept(record.system, found)
        issues = (*locator.issues(record.at_origin(findings)), *faults_of_scripts(record.system))
    _raise_if(issue for issue in issues if issue.severity == Severity.ERROR.value)
    return Loaded(record.system, tuple(sorted(issues)), record, locator)


def _raise_if(issues: Iterable[Issue]) -> None:
    found = tuple(sorted(issues))
    if found:
        raise SpecError(found)


_MANY = 100_000
"""Values after which looking at all of them would be felt."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """The garbage collector rests: a spec's values make no cycles, and it would look at
    millions of them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > _MANY:
            gc.freeze()  # else the collector begins by walking through the whole spec
        if was_enabled:
            gc.enable()
