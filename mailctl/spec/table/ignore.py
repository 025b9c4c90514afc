"""ignore: rules that are not held against a host, or the domains of a policy."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.rules.catalogue import RULES
from mailctl.spec.kinds import JsonSchema, wrong_type
from mailctl.spec.problems import refuse
from mailctl.spec.shapes import Key, ListOf
from mailctl.spec.suggest import did_you_mean

_SWITCHABLE = tuple(sorted(rule.id for rule in RULES.values() if rule.switchable))


@dataclass(frozen=True, slots=True)
class _RuleId:
    """The id of a rule that can be switched off."""

    words: str = "the id of a rule"

    def read(self, value: object) -> str:
        if type(value) is not str:
            raise wrong_type(self, value)
        rule = RULES.get(value)
        if rule is None:
            hint = did_you_mean(value, _SWITCHABLE) or "`mailctl check --rules` names all"
            raise refuse("unknown-rule", f"there is no rule {value!r:.60}", hint)
        if not rule.switchable:
            raise refuse("fixed-rule", f"{value} always holds: {rule.says}",
                         "correct what it finds")  # fmt: skip
        return value

    def schema(self) -> JsonSchema:
        return {"enum": list(_SWITCHABLE)}


IGNORE = Key(ListOf(_RuleId(), single=True),
             "rules that are not held against it (docs/lint.md)", "none",
             "[dmarc-no-reports]")  # fmt: skip
