"""From what was read of a secret to the model's source of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailctl.model.secret import PasswordCommand, PasswordFile, PasswordVariable, SecretSource


def source_of(given: Mapping[str, Any], folder: Path = Path()) -> SecretSource:
    """The source that a mapping with one key names; `folder` is that of the file it stands in."""
    for source, value in given.items():
        if source == "file":
            return PasswordFile(folder / value)
        if source == "env":
            return PasswordVariable(value)
        if source == "command":
            return PasswordCommand(value, folder)
    raise ValueError("a secret without a source")


def placed(source: SecretSource, folder: Path) -> SecretSource:
    """The same, read in a file of this folder."""
    match source:
        case PasswordFile(path):
            return PasswordFile(folder / path)
        case PasswordCommand(argv, below):
            return PasswordCommand(argv, folder / below)
    return source
