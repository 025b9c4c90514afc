"""docs/spec.md names every key as the table has it, and every rule that there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from mailctl.spec.reference import BEGIN, updated

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "spec.md"


def test_the_generated_part_has_not_drifted() -> None:
    text = DOCUMENT.read_text()
    assert BEGIN in text
    assert updated(text) == text, "run: python -m mailctl.spec.reference"


def _rules_in(tree: ast.AST) -> set[str]:
    """The second arguments of all findings that are written out."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1]
    return {
        call.args[1].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in ("Finding", "_warning")
        and isinstance(call.args[1], ast.Constant)
    }


def test_every_rule_across_the_spec_is_told() -> None:
    told = set(re.findall(r"`([a-z0-9-]+)`", DOCUMENT.read_text()))
    rules: set[str] = set()
    for module in (ROOT / "mailctl" / "model" / "rules").glob("*.py"):
        rules |= set(
            re.findall(
                r'(?:Finding|_warning)\(\s*[^"]*?[\w)\]}*],\s*"([a-z0-9-]+)"', module.read_text()
            )
        )
    assert len(rules) > 25
    assert rules <= told, sorted(rules - told)
