"""Where a path of the spec stands: in which of its files, on which line and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailctl.errors import Finding, Issue, Position, SpecPath
from mailctl.spec.files import SpecFile


class Locator:
    """Finds positions. Names are looked for as written, and as read (lower case, A-labels)."""

    def __init__(self, files: Sequence[SpecFile]) -> None:
        self._files = files
        self._written: dict[tuple[str, str], str] = {}

    def note_name(self, section: str, name: str, written: str) -> None:
        """A name stands in the file in another form than the model knows it by."""
        self._written[section, name] = written

    def find(self, where: SpecPath, on_key: bool = False) -> Position:
        """The position of a path, or of the nearest thing above it that exists."""
        file, where = self._file_of(where)
        return file.document.find(where, on_key)

    def issues(self, findings: Iterable[Finding]) -> tuple[Issue, ...]:
        """Findings with their positions, sorted by place."""
        return tuple(sorted(map(self.issue, findings)))

    def issue(self, finding: Finding) -> Issue:
        """A finding with its position."""
        place = self.find(finding.where, finding.on_key)
        return Issue(
            place.path, place.line, place.column, finding.rule, finding.message, finding.hint,
            finding.severity.value,
        )  # fmt: skip

    def _file_of(self, where: SpecPath) -> tuple[SpecFile, SpecPath]:
        if len(where) >= 2:
            section, name = str(where[0]), str(where[1])
            written = self._written.get((section, name), name)
            for file in self._files:
                root = file.document.value
                entries = root.get(section) if isinstance(root, dict) else None
                if isinstance(entries, dict) and written in entries:
                    return file, (section, written, *where[2:])
        for file in self._files:
            root = file.document.value
            if where and isinstance(root, dict) and where[0] in root:
                return file, where
        return self._files[0], where
