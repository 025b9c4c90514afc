"""The files of one spec: the first and all that `include:` names, each read once."""

from __future__ import annotations

from pathlib import Path

from mailctl.errors import Issue, SpecError
from mailctl.spec.compose import compose
from mailctl.spec.locate import FileProblem, issues_of
from mailctl.spec.nodes import SpecFile
from mailctl.spec.problems import Problem, Refused
from mailctl.spec.source import read_source
from mailctl.spec.table.file import INCLUDE_KIND

MOST_FILES = 1000


class FileReader:
    """Reads the first file and follows includes, gathering the issues of all of them."""

    def __init__(self) -> None:
        self.files: list[SpecFile] = []
        self.issues: list[Issue] = []
        self._seen: set[Path] = set()

    def read(self, path: Path) -> None:
        """Read this file and what it includes; it is called in messages as it is given here."""
        waiting = [path]
        while waiting:
            file = self._read_one(waiting.pop(0))
            if file is not None:
                waiting[:0] = self._included(file)

    def _read_one(self, path: Path) -> SpecFile | None:
        name = str(path)
        try:
            data = read_source(path, name)
            self._seen.add(path.resolve())
            value, issues = compose(data, name)
        except SpecError as error:
            self.issues += error.issues
            return None
        self.issues += issues
        file = SpecFile(name, path, value)
        self.files.append(file)
        return file

    def _included(self, file: SpecFile) -> list[Path]:
        """The files that this one names, where nothing is against them."""
        if not isinstance(file.value, dict) or "include" not in file.value:
            return []
        value = file.value["include"]
        paths, problems = [], []
        try:
            names = INCLUDE_KIND.read(value)
        except Refused as error:
            names, problems = (), [problem.below("include") for problem in error.problems]
        for index, name in enumerate(names):
            path = file.folder / name
            obstacle = self._obstacle(path)
            if obstacle is None:
                self._seen.add(path.resolve())
                paths.append(path)
            else:
                steps = ("include", index) if isinstance(value, list) else ("include",)
                problems.append(obstacle.below(*steps))
        self.issues += issues_of([FileProblem(file, problem) for problem in problems])
        return paths

    def _obstacle(self, path: Path) -> Problem | None:
        """Why a file cannot be included, told where it is named."""
        try:
            resolved, is_file, exists = path.resolve(), path.is_file(), path.exists()
        except (OSError, RuntimeError) as error:
            return Problem("include", f"{str(path)!r} cannot be read: {error}")
        if resolved in self._seen:
            return Problem("include", f"{str(path)!r} is read already",
                           "name each file once, and none that leads back here")  # fmt: skip
        if len(self._seen) >= MOST_FILES:
            return Problem("include", f"more than {MOST_FILES} files", "join some of them")
        if not is_file:
            what = "is no file" if exists else "does not exist"
            return Problem("include", f"{str(path)!r} {what}",
                           "names are relative to the file that holds them")  # fmt: skip
        return None
