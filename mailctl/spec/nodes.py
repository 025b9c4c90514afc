"""What a YAML file holds, as plain values: nested `dict`, `list`, `str` and `Scalar`.

Values carry no positions. 100,000 users are 1.7 million nodes, and a mark on each would cost
more time and memory than all the rest; instead `positions.py` walks the file a second time
when there is something to report.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scalar:
    """An unquoted scalar that YAML 1.2 reads as null, a boolean or a number.

    `text` is what stands in the file: `1.50` as a daemon's value must stay `1.50`.
    """

    text: str
    value: bool | int | float | None


@dataclass(frozen=True, slots=True)
class SpecFile:
    """One file of a spec: its name as the user gave it, its path, and its root value.

    The value is None for an empty file.
    """

    name: str
    path: Path
    value: object

    @property
    def folder(self) -> Path:
        """What the paths in it are relative to."""
        return self.path.parent
