"""The examples, and what the fixture that rehearses them looks like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mailctl.rehearsal.report import Report

EXAMPLES = Path(__file__).parents[2] / "examples"

Rehearse = Callable[..., Report]
"""By the example's name, a platform or "", and whether the hosts begin bare."""
