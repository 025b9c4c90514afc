"""What a rule is, apart from the code that holds it against a spec."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.errors import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `says` is a sentence on what becomes of the mail where it is ignored, and
    `reference` where that can be read.

    `severity` is the worst that the rule finds; the same id may come as a warning too. A rule
    that is not `switchable` is about what can be compiled at all, or about what no receiver
    forgives: a spec that breaks it has no meaning that could be applied.
    """

    id: str
    severity: Severity
    says: str
    reference: str
    switchable: bool


def warns(rule: str, says: str, reference: str) -> Rule:
    """A warning, which a spec may switch off."""
    return Rule(rule, Severity.WARNING, says, reference, switchable=True)


def errs(rule: str, says: str, reference: str) -> Rule:
    """An error about receivers or resolvers, which a spec may switch off against all advice."""
    return Rule(rule, Severity.ERROR, says, reference, switchable=True)


def firm(rule: str, says: str, reference: str) -> Rule:
    """An error that always refuses the spec."""
    return Rule(rule, Severity.ERROR, says, reference, switchable=False)
