"""The catalogue of rules on the command line: a table for people, JSON for programs."""

from __future__ import annotations

import json

from mailctl.cli.report import FORMAT_VERSION
from mailctl.model.rules.catalogue import RULES, TOPICS
from mailctl.model.rules.catalogue.rule import Rule

_HEAD = ("rule", "severity", "ignore", "reference", "why")


def as_table() -> str:
    """One line a rule, by topic; its sentence comes last and is not cut."""
    rows = [_row(rule) for rule in RULES.values()]
    widths = [max(map(len, column)) for column in zip(_HEAD, *rows, strict=True)]
    lines = [_line(_HEAD, widths)]
    for topic, rules in TOPICS.items():
        lines += ["", topic, *(_line(_row(rule), widths) for rule in rules)]
    return "\n".join(lines)


def as_json() -> str:
    """All rules in one document, in the order of the table."""
    rules = [
        {
            "rule": rule.id,
            "topic": topic,
            "severity": rule.severity.value,
            "switchable": rule.switchable,
            "reference": rule.reference,
            "says": rule.says,
        }
        for topic, rules in TOPICS.items()
        for rule in rules
    ]
    return json.dumps({"version": FORMAT_VERSION, "rules": rules}, indent=2)


def _row(rule: Rule) -> tuple[str, ...]:
    switchable = "yes" if rule.switchable else "no"
    return rule.id, rule.severity.value, switchable, rule.reference, rule.says


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
