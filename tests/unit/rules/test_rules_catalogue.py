"""The catalogue holds every rule that the code knows, and no other; each says why it is there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from mailctl.cli.prepare import backend_findings
from mailctl.errors import Severity, SpecError
from mailctl.model.rules.catalogue import RULES, TOPICS, reference_of
from mailctl.model.rules.catalogue.rule import Rule
from mailctl.spec.load import examine

sys.path.insert(0, str(Path(__file__).parent))
from rule_ids import used

INVALID = Path(__file__).parents[2] / "invalid"


def test_every_rule_of_the_code_is_in_the_catalogue() -> None:
    ids, unread = used()
    assert not unread, "write the id out, or pass it on by a parameter `rule`"
    assert len(ids) > 100
    assert ids <= set(RULES), "give them a line in mailctl/model/rules/catalogue"


def test_every_rule_of_the_catalogue_is_in_the_code() -> None:
    ids, _ = used()
    assert set(RULES) == ids


def test_every_rule_that_bad_specs_break_is_in_the_catalogue() -> None:
    broken = set()
    for expected in INVALID.glob("*.expect"):
        spec = expected.with_suffix(".yaml")
        spec = spec if spec.exists() else expected.with_suffix("") / "mail.yaml"
        try:
            loaded = examine(spec)
            found = (*loaded.warnings, *loaded.issues(backend_findings(loaded.system)))
        except SpecError as error:
            found = error.issues
        for issue in found:
            broken.add(issue.rule)
            worst = RULES[issue.rule].severity.value
            assert worst in (issue.severity, "error"), f"{issue.rule} is more than a {worst}"
    assert len(broken) > 60


def test_no_id_is_there_twice() -> None:
    assert len(RULES) == sum(len(rules) for rules in TOPICS.values())


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_is_whole(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert 20 < len(rule.says) < 240
    assert not rule.says.endswith(".")
    known = r"RFC \d{3,4}, [0-9A-Z]|[a-z_.-]+\(\d\)|docs/[a-z]+\.md|YAML 1\.2\.2, \d"
    assert re.match(known, rule.reference)
    assert rule.switchable or rule.severity is Severity.ERROR, "a warning can be switched off"


def test_a_reference_is_found_by_the_id() -> None:
    assert reference_of("spf-lookups") == "RFC 7208, 4.6.4"
    assert reference_of("no-such-rule") == ""
