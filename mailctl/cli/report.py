"""Issues on the command line: as text to standard error, or as one JSON document to standard
output, whose shape has a version of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mailctl.cli.unheard import say
from mailctl.errors import Issue, Severity

if TYPE_CHECKING:
    from mailctl.spec.explain import Explained

FORMAT_VERSION = 1
MOST_SHOWN = 100

format_option = click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="How issues are printed; JSON goes to standard output.",
)  # fmt: skip


readers_option = click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="For people, or for programs.",
)  # fmt: skip


def errors_of(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Those that refuse the spec."""
    return tuple(issue for issue in issues if issue.severity == Severity.ERROR.value)


def print_text(issues: Sequence[Issue]) -> None:
    """One line each, errors before warnings; of very many only the first are shown."""
    errors = errors_of(issues)
    warnings = [issue for issue in issues if issue.severity != Severity.ERROR.value]
    for issue in errors[:MOST_SHOWN]:
        say(str(issue), err=True)
    _print_rest(len(errors), "errors")
    for issue in warnings[:MOST_SHOWN]:
        say(f"warning: {issue}", err=True)
    _print_rest(len(warnings), "warnings")


def _print_rest(count: int, what: str) -> None:
    if count > MOST_SHOWN:
        say(f"and {count - MOST_SHOWN} more {what}", err=True)


def as_json(
    issues: Sequence[Issue],
    summary: dict[str, int] | None,
    explained: Sequence[Explained] = (),
) -> str:
    """Everything in one document: whether the spec holds, what it holds, and all issues.

    `summary` is null for a spec that was refused; `explained` is there when it was asked for.
    The `reference` of an issue is where the reason of its rule can be read.
    """
    from mailctl.model.rules.catalogue import reference_of

    document: dict[str, Any] = {
        "version": FORMAT_VERSION,
        "ok": not errors_of(issues),
        "summary": summary,
        "issues": [
            {
                "path": issue.path,
                "line": issue.line,
                "column": issue.column,
                "rule": issue.rule,
                "severity": issue.severity,
                "message": issue.message,
                "hint": issue.hint,
                "reference": reference_of(issue.rule),
            }
            for issue in issues
        ],
    }
    if explained:
        document["explained"] = [
            {"setting": row.setting, "value": row.value, "origin": row.origin} for row in explained
        ]
    return json.dumps(document, indent=2)
