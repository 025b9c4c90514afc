"""The files of one spec: the first and all that `include:` names, each read once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailctl.errors import Issue, SpecError
from mailctl.spec.compose import Composer
from mailctl.spec.nodes import Document
from mailctl.spec.problems import Problem, Refused
from mailctl.spec.source import read_source
from mailctl.spec.table.file import INCLUDE_KIND

MOST_FILES = 1000


@dataclass(frozen=True, slots=True)
class SpecFile:
    """One file: its document, and the folder that its paths are relative to."""

    document: Document
    folder: Path


class FileReader:
    """Reads the first file and follows includes, gathering the issues of all of them."""

    def __init__(self) -> None:
        self.files: list[SpecFile] = []
        self.issues: list[Issue] = []
        self._seen: set[Path] = set()

    def read(self, path: Path) -> None:
        """Read this file and what it includes; `path` is shown as it is given here."""
        composer = None
        try:
            data = read_source(path, str(path))
            self._seen.add(path.resolve())
            composer = Composer(data, str(path))
            document = composer.document()
        except SpecError as error:
            self.issues += error.issues
            return
        self.issues += composer.issues
        self.files.append(SpecFile(document, path.parent))
        if isinstance(document.value, dict) and "include" in document.value:
            self._follow(document, document.value["include"], path.parent)

    def _follow(self, document: Document, value: object, folder: Path) -> None:
        try:
            names = INCLUDE_KIND.read(value)
        except Refused as error:
            for problem in error.problems:
                self._report(document, problem.below("include"))
            return
        for index, name in enumerate(names):
            steps = ("include", index) if isinstance(value, list) else ("include",)
            obstacle = self._obstacle(folder / name)
            if obstacle is not None:
                self._report(document, obstacle.below(*steps))
            else:
                self.read(folder / name)

    def _obstacle(self, path: Path) -> Problem | None:
        """Why a file cannot be included, told where it is named."""
        if path.resolve() in self._seen:
            return Problem("include", f"{path.name!r} is read already",
                           "name each file once, and no file that leads here")  # fmt: skip
        if len(self.files) >= MOST_FILES:
            return Problem("include", f"more than {MOST_FILES} files", "join some of them")
        if not path.is_file():
            what = "is no file" if path.exists() else "does not exist"
            return Problem("include", f"{str(path)!r} {what}",
                           "names are relative to the file that holds them")  # fmt: skip
        return None

    def _report(self, document: Document, problem: Problem) -> None:
        place = document.find(problem.where, problem.on_key)
        self.issues.append(
            Issue(place.path, place.line, place.column, problem.rule, problem.message, problem.hint)
        )
