"""docs/spec.md names every key as the table has it, docs/lint.md every rule of the catalogue."""

from __future__ import annotations

from pathlib import Path

from mailctl.model.rules.catalogue import RULES
from mailctl.spec import lint_reference
from mailctl.spec.reference import BEGIN, END, updated, with_part

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "spec.md"
LINT = ROOT / "docs" / "lint.md"


def test_the_generated_part_has_not_drifted() -> None:
    text = DOCUMENT.read_text()
    assert BEGIN in text
    assert updated(text) == text, "run: python -m mailctl.spec.reference"


def test_the_rules_have_not_drifted() -> None:
    text = LINT.read_text()
    assert lint_reference.BEGIN in text
    assert lint_reference.updated(text) == text, "run: python -m mailctl.spec.lint_reference"


def test_every_rule_is_told_under_what_it_is() -> None:
    switchable, _, fixed = LINT.read_text().partition("## Rules that always hold")
    for rule in RULES.values():
        row = f"| `{rule.id}` | "
        assert (row in switchable) == rule.switchable, rule.id
        assert (row in fixed) == (not rule.switchable), rule.id


def test_only_the_part_between_the_markers_is_made() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert with_part(text, BEGIN, ("new",)) == f"before\n{BEGIN}\n\nnew\n{END}\nafter\n"
