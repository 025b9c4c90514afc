"""The examples, and what the fixture that rehearses them looks like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mailctl.rehearsal.report import Report

EXAMPLES = Path(__file__).parents[2] / "examples"

_FURTHER = Path(__file__).parent / "specs"

Rehearse = Callable[..., Report]
"""By the example's name, a platform or "", and whether the hosts begin bare."""


def spec_file(name: str) -> Path:
    """The first file of an example, or of a spec that only the tests have."""
    folder = EXAMPLES / name
    return (folder if folder.is_dir() else _FURTHER / name) / "mail.yaml"
