"""What is thought of what was seen: no network, no clock."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailctl.model.listening import TlsPort
from mailctl.verify.tls.certificate_rules import Expected, covers
from mailctl.verify.tls.json_text import json_text
from mailctl.verify.tls.observation import Answer, Certificate, Contact, Offer, Seen
from mailctl.verify.tls.report import Report, judge
from mailctl.verify.tls.text import lines
from mailctl.verify.tls.verdict import State

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FQDN = "mail.a.example"
GOOD = Certificate(
    "f" * 64, "d" * 64, (FQDN,), NOW - timedelta(days=10), NOW + timedelta(days=80),
    "EC", 256, "sha256", False,
)  # fmt: skip
MODERN = (
    (Offer.TLS_1_3, Answer.ACCEPTED),
    (Offer.TLS_1_2, Answer.ACCEPTED),
    (Offer.TLS_1_1, Answer.REFUSED),
    (Offer.TLS_1_0, Answer.REFUSED),
    (Offer.LEGACY, Answer.REFUSED),
)


def _seen(number: int = 993, **changes: object) -> Seen:
    seen = Seen(
        "mail", "192.0.2.1", TlsPort(number), Contact.TLS, "", MODERN, certificate=GOOD, chain=""
    )
    return replace(seen, **changes)  # type: ignore[arg-type]


def _shows(**changes: object) -> Seen:
    return _seen(certificate=replace(GOOD, **changes))  # type: ignore[arg-type]


def _judged(*seen: Seen, **expected: object) -> Report:
    return judge(seen, {"mail": Expected((FQDN,), **expected)}, NOW)  # type: ignore[arg-type]


def _answers(offer: Offer, answer: Answer) -> tuple[tuple[Offer, Answer], ...]:
    return tuple((each, answer if each is offer else was) for each, was in MODERN)


def _bad(report: Report) -> list[tuple[State, str]]:
    return [(each.state, each.question) for each in report.verdicts if each.state is not State.OK]


def test_all_is_well() -> None:
    report = _judged(_seen(25), _seen(993), tlsa=("d" * 64,))
    assert _bad(report) == []
    assert report.exit_code == 0
    assert "tlsa" in {each.question for each in report.verdicts}


@pytest.mark.parametrize(
    ("seen", "state", "question"),
    [
        (_seen(contact=Contact.CLOSED), State.FAULT, "contact"),
        (_seen(contact=Contact.NO_TLS), State.FAULT, "contact"),
        (_seen(contact=Contact.SILENT), State.UNKNOWN, "contact"),
        (_seen(contact=Contact.NO_ROUTE), State.UNKNOWN, "contact"),
        (_seen(answers=_answers(Offer.TLS_1_3, Answer.REFUSED)), State.FAULT, "versions"),
        (_seen(answers=_answers(Offer.TLS_1_2, Answer.UNTRIED)), State.UNKNOWN, "versions"),
        (_seen(answers=_answers(Offer.TLS_1_1, Answer.ACCEPTED)), State.FAULT, "versions"),
        (_seen(answers=_answers(Offer.TLS_1_0, Answer.ACCEPTED)), State.FAULT, "versions"),
        (_seen(answers=_answers(Offer.TLS_1_0, Answer.UNTRIED)), State.NOTE, "versions"),
        (_seen(answers=_answers(Offer.LEGACY, Answer.ACCEPTED)), State.FAULT, "ciphers"),
        (_seen(chain="self-signed certificate"), State.FAULT, "chain"),
        (_seen(chain=None), State.UNKNOWN, "chain"),
        (_shows(names=("other.example",)), State.FAULT, "names"),
        (_shows(not_after=NOW), State.FAULT, "validity"),
        (_shows(not_before=NOW + timedelta(hours=1)), State.FAULT, "validity"),
        (_shows(not_before=NOW - 70 * DAY, not_after=NOW + 20 * DAY), State.WARNING, "validity"),
        (_shows(key="RSA", bits=1024), State.FAULT, "key"),
        (_shows(key="RSA", bits=2048), State.NOTE, "key"),
        (_shows(bits=192), State.FAULT, "key"),
        (_shows(signature="sha1"), State.FAULT, "signature"),
    ],
)
def test_each_fault_is_told_once(seen: Seen, state: State, question: str) -> None:
    report = _judged(seen)
    assert _bad(report) == [(state, question)]
    assert report.exit_code == {State.FAULT: 2, State.UNKNOWN: 3}.get(state, 0)


def test_a_certificate_of_six_days_is_not_overdue_on_its_second() -> None:
    fresh = _shows(not_before=NOW - DAY, not_after=NOW + 5 * DAY)
    assert _bad(_judged(fresh)) == []


def test_port_25_may_take_legacy_ciphers() -> None:
    answers = _answers(Offer.LEGACY, Answer.ACCEPTED)
    assert _bad(_judged(_seen(25, answers=answers))) == []
    assert _bad(_judged(_seen(587, answers=answers))) == [(State.FAULT, "ciphers")]


def test_a_self_signed_certificate_is_a_warning_where_the_spec_wants_one() -> None:
    seen = replace(_shows(self_signed=True), chain="self-signed certificate")
    assert _bad(_judged(seen, self_signed=True)) == [(State.WARNING, "chain")]
    assert _bad(_judged(seen)) == [(State.FAULT, "chain")]


def test_an_expired_certificate_is_not_also_a_bad_chain() -> None:
    seen = replace(_shows(not_after=NOW - timedelta(days=1)), chain="certificate has expired")
    assert _bad(_judged(seen)) == [(State.FAULT, "validity")]
    valid_leaf = _seen(chain="certificate has expired")
    assert _bad(_judged(valid_leaf)) == [(State.FAULT, "chain")]


def test_the_port_that_shows_the_former_certificate_is_named() -> None:
    old = replace(GOOD, fingerprint="0" * 64, not_before=NOW - timedelta(days=60))
    report = _judged(_seen(465), _seen(993, certificate=old), _seen(995, certificate=old))
    faults = [each for each in report.verdicts if each.state is State.FAULT]
    assert [(each.question, each.port) for each in faults] == [
        ("same-certificate", 993),
        ("same-certificate", 995),
    ]
    assert "systemctl reload dovecot" in faults[0].advice
    texts = [line.text for line in lines(report)]
    assert sum("192.0.2.1 port 993, 995: still shows" in text for text in texts) == 1


def test_tlsa_of_another_key_fails_on_port_25_alone() -> None:
    report = _judged(_seen(25), _seen(465), tlsa=("e" * 64,))
    assert [
        (each.question, each.port) for each in report.verdicts if each.state is State.FAULT
    ] == [("tlsa", 25)]


@pytest.mark.parametrize(
    ("patterns", "covered"),
    [
        ((FQDN,), True),
        (("*.a.example",), True),
        (("*.example",), False),
        (("a.example",), False),
        (("*mail.a.example",), False),
        ((), False),
    ],
)
def test_names(patterns: tuple[str, ...], covered: bool) -> None:
    assert covers(patterns, FQDN) is covered


def test_a_host_that_is_down_is_one_line() -> None:
    down = [_seen(port, contact=Contact.SILENT, reason="no answer") for port in (25, 465, 993)]
    texts = [line.text for line in lines(_judged(*down))]
    assert texts[0] == "mail"
    assert texts[1].startswith("  unknown: 192.0.2.1 port 25, 465, 993: not reached: no answer;")
    assert texts[2] == "0 of 3 ports speak TLS, 1 unknown"


def test_json_says_the_same() -> None:
    document = json.loads(json_text(_judged(_seen(contact=Contact.CLOSED, certificate=None))))
    assert document["version"] == 1
    assert document["summary"]["fault"] == 1
    assert document["ports"][0]["contact"] == "closed"
    assert document["verdicts"][0]["question"] == "contact"
