"""The catalogue of rules on the command line: paragraphs for people, JSON for programs."""

from __future__ import annotations

import json
from textwrap import wrap

from mailctl.cli.report import FORMAT_VERSION
from mailctl.model.rules.catalogue import TOPICS
from mailctl.model.rules.catalogue.rule import Rule

_WIDTH = 80
_MARGIN = "    "


def as_text() -> str:
    """A paragraph a rule, by topic: its id, whether it can be ignored, what happens, and where
    that can be read."""
    lines = []
    for topic, rules in TOPICS.items():
        lines += [topic, *(line for rule in rules for line in _paragraph(rule)), ""]
    return "\n".join(lines[:-1])


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


def _paragraph(rule: Rule) -> list[str]:
    switchable = "" if rule.switchable else ", cannot be ignored"
    text = f"{rule.says} ({rule.reference})"
    return [f"  {rule.id}: {rule.severity.value}{switchable}",
            *wrap(text, _WIDTH, initial_indent=_MARGIN, subsequent_indent=_MARGIN,
                  break_long_words=False, break_on_hyphens=False)]  # fmt: skip
