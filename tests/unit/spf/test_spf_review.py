"""What is said against a record, at which severity, and that good ones are left in peace."""

from __future__ import annotations

import pytest
from spf_worlds import World, text

from mailctl.errors import Severity
from mailctl.spf.resolver import FAILED
from mailctl.spf.review import review

ERROR, WARNING = Severity.ERROR, Severity.WARNING
WORLD = World(
    {
        "d.example": {"A": ("192.0.2.1",), "AAAA": ("2001:db8::1",), "MX": ("10 d.example.",)},
        "four.example": {"A": ("192.0.2.1",)},
        "wide.example": text("v=spf1 " + " ".join(f"exists:%{{i}}.x{n}.example" for n in range(9))),
        "widest.example": text("v=spf1 include:wide.example a:d.example"),
        "loop.example": text("v=spf1 include:pool.example"),
        "pool.example": text("v=spf1 include:loop.example"),
        "dead.example": {"TXT": FAILED},
        "many.example": {"MX": tuple(f"{n} d.example." for n in range(11))},
        "closed.example": text("v=spf1 -all"),
        "small.example": text("v=spf1 a:d.example"),
    }
)

ALONE = {
    "v=spf1 mx a:x.example include:y.example -all": [],
    "v=spf1 mx ~all": [],
    "v=spf1 redirect=x.example": [],
    "v=spf1 -all exp=e.x.example": [],
    "v=spf1 mx moo": [("spf-syntax", ERROR)],
    "v=spf1 mx": [("spf-open", WARNING)],
    "v=spf1 mx ?all": [("spf-open", WARNING)],
    "v=spf1 mx all": [("spf-open", ERROR)],
    "v=spf1 +all -all": [("spf-open", ERROR), ("spf-after-all", WARNING)],
    "v=spf1 -all redirect=x.example": [("spf-redirect-with-all", WARNING)],
    "v=spf1 ptr -ptr:x.example -all": [("spf-ptr", WARNING), ("spf-ptr", WARNING)],
    "v=spf1 a=x.example -all": [("spf-unknown-modifier", WARNING)],
    "v=spf1 " + "a " * 7 + "-all": [],
    "v=spf1 " + "a " * 8 + "-all": [("spf-lookups", WARNING)],
    "v=spf1 " + "a " * 10 + "-all": [("spf-lookups", WARNING)],
    "v=spf1 " + "a " * 11 + "-all": [("spf-lookups", ERROR)],
    f"v=spf1 x={'y' * 436} -all": [("spf-unknown-modifier", WARNING)],
    f"v=spf1 x={'y' * 437} -all": [("spf-length", WARNING), ("spf-unknown-modifier", WARNING)],
}

ASKED = {
    "v=spf1 a mx include:closed.example -all": [],
    "v=spf1 include:wide.example -all": [("spf-lookups", WARNING)],
    "v=spf1 include:widest.example -all": [("spf-lookups", ERROR)],
    "v=spf1 include:loop.example -all": [("spf-lookups", ERROR)],
    "v=spf1 include:nowhere.example -all": [("spf-include-missing", ERROR)],
    "v=spf1 redirect=nowhere.example": [("spf-include-missing", ERROR)],
    "v=spf1 include:dead.example -all": [("spf-not-followed", WARNING)],
    "v=spf1 a:b.example a:c.example -all": [],
    "v=spf1 a:b.example a:c.example a:e.example -all": [("spf-void-lookups", ERROR)],
    "v=spf1 a:four.example a:four.example a:four.example -all": [("spf-void-lookups", WARNING)],
    "v=spf1 mx:many.example -all": [("spf-mx-names", ERROR)],
}


@pytest.mark.parametrize("record", ALONE)
def test_a_record_by_itself(record: str) -> None:
    assert [(remark.rule, remark.severity) for remark in review(record)] == ALONE[record]


@pytest.mark.parametrize("record", ASKED)
def test_a_record_with_what_it_leads_to(record: str) -> None:
    remarks = review(record, WORLD, "d.example")
    assert [(remark.rule, remark.severity) for remark in remarks] == ASKED[record]


def _message(record: str) -> str:
    (remark,) = review(record, WORLD, "d.example")
    assert remark.hint
    assert remark.reference.startswith("RFC 7208, ")
    return remark.message


def test_messages_name_the_chain() -> None:
    assert _message("v=spf1 mx include:widest.example -all") == (
        "the record asks DNS 13 times, and receivers stop at 10: "
        "include:widest.example -> include:wide.example costs 10"
    )
    assert _message("v=spf1 " + "mx " * 7 + "include:small.example include:small.example -all") == (
        "the record asks DNS 11 times, and receivers stop at 10"
    )
    assert _message("v=spf1 include:loop.example -all") == (
        "include:loop.example -> include:pool.example -> include:loop.example includes itself: "
        "receivers ask on until they stop at 10 lookups"
    )
    assert _message("v=spf1 a:four.example a:four.example mx:four.example -all") == (
        "3 questions find nothing when asked by clients with IPv6, and receivers stop after 2: "
        "a:four.example, a:four.example, mx:four.example"
    )
    assert _message("v=spf1 include:nowhere.example -all") == (
        "include:nowhere.example spoils the record: nowhere.example has no SPF record"
    )


def test_hints_know_what_was_meant() -> None:
    def hint(record: str) -> str:
        return review(record)[-1].hint

    assert hint("v=spf1 include=x.example -all") == "include is a mechanism: write include:"
    assert hint("v=spf1 -all all=x") == "all is a mechanism: write all"
    assert hint("v=spf1 -all v=spf1") == "one record begins once with v=spf1"
    assert hint("v=spf1 -all redirct=x.example") == "did you mean redirect?"
    assert hint("v=spf1 -all moo=x") == "leave it out"


def test_the_length_takes_the_name_with_it() -> None:
    record = f"v=spf1 ip4:192.0.2.1 {'ip4:192.0.2.111 ' * 26}-all"
    assert review(record) == ()
    (remark,) = review(record, None, "a-rather-long-name.example")
    assert remark.message.startswith("the record and its name have 467 bytes, more than the 450")
    (remark,) = review(f"v=spf1 {'ip4:192.0.2.111 ' * 33}-all")
    assert remark.message.endswith("more than the 512 of an answer over UDP")
