"""A plan as text: a line for each change, secrets as nothing but their names."""

from __future__ import annotations

from mailctl.deploy.plan import Change, Kind, Plan

_SIGNS = {
    "install": "+",
    "create": "+",
    "add": "+",
    "join": "+",
    "make": "+",
    "remove": "-",
    "retire": "-",
}
_DIGITS = 12
"""Of a SHA-256: enough to compare by eye."""


def plan_text(plan: Plan) -> str:
    """The plan, a heading and a line for each change."""
    if plan.is_empty:
        return f"{plan.host}: nothing to do\n"
    number, _ = plan.base
    base = f"generation {number}" if number else "the host as it was found"
    heading = f"{plan.host}: {_count(len(plan.changes))} to {base}"
    return "\n".join((heading, *map(_line, plan.changes))) + "\n"


def fingerprint(digest: str) -> str:
    """The beginning of a digest."""
    return digest[:_DIGITS]


def _count(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


def _line(change: Change) -> str:
    sign = _SIGNS.get(change.action, "~")
    text = f"  {sign} {change.action} {change.kind.name.lower()} {change.subject}"
    if change.secret:
        marks = [fingerprint(digest) for digest in (change.before, change.after) if digest]
        text += f" <secret {' -> '.join(marks)}>"
    if change.kind is Kind.ACCOUNT and change.action == "join":
        return f"  {sign} account {change.subject} joins group {change.detail}"
    return f"{text} ({change.detail})" if change.detail else text
