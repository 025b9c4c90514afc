"""Plans for people and programs; no secret is ever in them."""

from __future__ import annotations

import json
from dataclasses import replace

from deploy_values import KEY, MAIN, MASTER, bundle, settled, untouched

from mailctl.bundle import Artefact
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.plan import Plan, make_plan
from mailctl.deploy.show.diff import plan_diff, shown_paths
from mailctl.deploy.show.json_text import plans_json
from mailctl.deploy.show.text import plan_text
from mailctl.errors import Unreachable

NEW_KEY = replace(KEY, content=b"NEW PRIVATE")
NEW_MAIN = replace(MAIN, content=b"myhostname = other.example.org\n")


def change() -> Plan:
    return make_plan(
        "mail", Manifest.of(bundle(NEW_MAIN, MASTER, NEW_KEY)), settled(Manifest.of(bundle()))
    )


def test_text() -> None:
    before, after = (Manifest.of(bundle(k)).files[0].digest[:12] for k in (KEY, NEW_KEY))
    assert plan_text(change()).splitlines() == [
        "mail: 4 changes to generation 3",
        f"  ~ change file dkim/s1.pem <secret {before} -> {after}>",
        "  ~ change file postfix/main.cf",
        "  ~ reload service postfix",
        "  ~ restart service opendkim",
    ]


def test_text_of_nothing() -> None:
    plan = make_plan("mail", Manifest.of(bundle()), settled(Manifest.of(bundle())))
    assert plan_text(plan) == "mail: nothing to do\n"


def test_json_is_versioned_and_holds_failures() -> None:
    value = json.loads(plans_json([change()], [Unreachable("other", "no answer", "look")]))
    assert value["version"] == 1
    (host,) = value["hosts"]
    assert (host["host"], host["generation"]) == ("mail", 3)
    assert [c["subject"] for c in host["changes"]][:2] == ["dkim/s1.pem", "postfix/main.cf"]
    assert value["failed"] == [
        {"host": "other", "error": "Unreachable", "message": "no answer", "hint": "look"}
    ]


def test_diff_shows_text_and_hides_secrets() -> None:
    wanted = (NEW_MAIN, MASTER, NEW_KEY)
    assert shown_paths(wanted) == ("postfix/main.cf", "postfix/master.cf")
    text = plan_diff(change(), wanted, {"postfix/main.cf": MAIN.content, KEY.path: b"PRIVATE"})
    assert "-myhostname = mail.example.org\n+myhostname = other.example.org\n" in text
    assert "mail: dkim/s1.pem: <secret> differs\n" in text
    assert "PRIVATE" not in text


def test_a_file_that_was_secret_is_not_shown_when_it_is_no_more() -> None:
    plain = Artefact(KEY.path, b"now public\n")
    plan = make_plan("mail", Manifest.of(bundle(plain)), settled(Manifest.of(bundle(KEY))))
    assert "PRIVATE" not in plan_diff(plan, (plain,), {KEY.path: b"PRIVATE"})


def test_no_secret_in_any_form() -> None:
    plan = make_plan("mail", Manifest.of(bundle()), untouched())
    for text in (plan_text(plan), plans_json([plan]), repr(plan), repr(bundle())):
        assert "PRIVATE" not in text
