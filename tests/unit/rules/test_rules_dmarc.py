"""DMARC records: the grammar of whole ones, and what each does to forged mail."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mailctl.model.rules.dmarc_syntax import faults_of, tags_of

sys.path.insert(0, str(Path(__file__).parents[1] / "spec"))
from spec_building import issues, spec

TALK = (
    "v=DMARC1; p=quarantine; adkim=s; aspf=s; fo=1; pct=100; rf=afrf; ri=86400; "
    "rua=mailto:postmaster@talk.example; ruf=jasper@talk.example; sp=reject;"
)
SKIPPED = "warning: dmarc-syntax: receivers skip "


@pytest.mark.parametrize(
    ("rest", "fault"),
    [
        ("p=reject; adkim=x", SKIPPED + "adkim=x"),
        ("p=reject; aspf=strict", SKIPPED + "aspf=strict"),
        ("p=reject; psd=x", SKIPPED + "psd=x"),
        ("p=reject; t=yes", SKIPPED + "t=yes"),
        ("p=reject; fo=0:1", SKIPPED + "fo=0:1"),
        ("p=reject; fo=d:d", SKIPPED + "fo=d:d"),
        ("p=reject; fo=all", SKIPPED + "fo=all"),
        ("p=reject; sp=no", "error: dmarc-syntax: sp=no makes the whole record count as p=none"),
        ("p=reject; np=no", "error: dmarc-syntax: np=no makes the whole record count as p=none"),
        ("p=block", "error: dmarc-syntax: p=block makes the whole record count as p=none"),
        ("p=reject; p=none", "error: dmarc-syntax: p is here twice"),
        ("p=reject; nonsense", "warning: dmarc-syntax: 'nonsense' is no tag"),
        ("p=reject; sp=", "warning: dmarc-syntax: 'sp' is no tag"),
        ("p=reject;; sp=reject", "warning: dmarc-syntax: '' is no tag"),
        ("P=reject", "warning: dmarc-syntax: names of tags are small letters, and P"),
        ("p=reject; rau=mailto:a@b.example", "warning: dmarc-unknown-tag: DMARC has no tag rau"),
    ],
)
def test_a_fault(rest: str, fault: str) -> None:
    found = [f"{each.severity.value}: {each.rule}: {each.message}"
             for each in faults_of(f"v=DMARC1; {rest}")]  # fmt: skip
    assert len(found) == 1
    assert found[0].startswith(fault)


@pytest.mark.parametrize(
    "record", ["p=reject; v=DMARC1", "v=dmarc1; p=reject", "v=DMARC1 p=reject", "v=DMARC2", ""]
)
def test_the_version_comes_first(record: str) -> None:
    first = next(iter(faults_of(record)))
    assert "first tag is not v=DMARC1" in first.message
    assert first.severity.value == "error"


@pytest.mark.parametrize(
    "record",
    ["v=DMARC1;p=none", "v = DMARC1 ; p = Reject ;", "v=DMARC1; sp=none; np=none; p=none; psd=n",
     "v=DMARC1; p=reject; fo=1:d:s", "v=DMARC1; p=reject; fo=d:1; t=n", "v=DMARC1; p=none; fo=d:s",
     TALK],
)  # fmt: skip
def test_no_fault(record: str) -> None:
    assert not list(faults_of(record))


def test_the_tags() -> None:
    assert tags_of("v=DMARC1; P = Reject;rua=mailto:a@b.example?x=y;") == {
        "v": "DMARC1", "p": "Reject", "rua": "mailto:a@b.example?x=y"}  # fmt: skip


CASES = {
    "testing a quarantine": (
        "testing: true, policy: quarantine, reports: a@example.org", ["dmarc-testing 5:34"],
    ),
    "testing a quarantine unheard": (
        "testing: true", ["dmarc-no-reports 5:34", "dmarc-testing 5:34"],
    ),
    "testing a reject is a quarantine": ("testing: true, policy: reject", []),
    "testing none": ("policy: none, testing: true, reports: a@example.org", ["dmarc-none 5:33"]),
    "none, unheard": ("policy: none", ["dmarc-no-reports 5:33", "dmarc-none 5:33"]),
    "weaker below": (
        "policy: reject, subdomain_policy: quarantine, nonexistent_policy: none",
        ["dmarc-subdomain-weaker 5:59", "dmarc-subdomain-weaker 5:91"],
    ),
    "stronger below": (
        "policy: quarantine, subdomain_policy: quarantine, nonexistent_policy: reject", [],
    ),
    "no reports are no fault of what works": ("policy: reject", []),
    "a record, testing": (
        'record: "v=DMARC1; p=quarantine; t=y; rua=mailto:a@example.org"', ["dmarc-testing 5:33"],
    ),
    "a record, weaker below": (
        'record: "v=DMARC1; p=reject; sp=none; np=quarantine"',
        ["dmarc-subdomain-weaker 5:33", "dmarc-subdomain-weaker 5:33"],
    ),
    "a record without p": (
        'record: "v=DMARC1; rua=MAILTO:a@example.org"', ["dmarc-none 5:33"],
    ),
    "an unknown tag": ('record: "v=DMARC1; p=reject; x=1"', ["dmarc-unknown-tag 5:33"]),
    "a bad policy is told once": ('record: "v=DMARC1; p=rejct"', ["dmarc-syntax 5:33"]),
    "obsolete is not unknown": (
        'record: "v=DMARC1; p=reject; pct=10"', ["dmarc-obsolete-tag 5:33"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_effect(name: str, tmp_path: Path) -> None:
    settings, wanted = CASES[name]
    text = spec(domain=f"domains:\n  example.org: {{dmarc: {{{settings}}}}}\n")
    found = issues(tmp_path, text)
    assert [f"{issue.rule} {issue.line}:{issue.column}" for issue in found] == wanted


def test_what_is_to_be_written_is_said_as_the_spec_says_it(tmp_path: Path) -> None:
    text = spec(domain="domains:\n  example.org: {dmarc: {policy: none}}\n")
    assert [issue.hint for issue in issues(tmp_path, text)] == [
        "add `reports: ADDRESS`", "write `policy: quarantine` or `policy: reject`"]  # fmt: skip
    text = text.replace("policy: none", 'record: "v=DMARC1; p=none"')
    assert [issue.hint for issue in issues(tmp_path, text)] == [
        "add rua=mailto:ADDRESS", "write p=quarantine or p=reject"]  # fmt: skip
