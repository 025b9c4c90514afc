"""`mailctl check --tls` on a host with all roles, and after a renewal that Dovecot missed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rehearsal_examples import spec_file

from mailctl.bundle import TLS_CHAIN, TLS_KEY
from mailctl.rehearsal.run import Options, rehearsal
from mailctl.spec.load import load
from mailctl.verify.tls.offers import offers
from mailctl.verify.tls.report import Report, judge
from mailctl.verify.tls.survey import expected_of, survey, targets
from mailctl.verify.tls.verdict import State, Verdict

pytestmark = pytest.mark.hosts

DOVECOT = {110, 143, 993, 995, 4190}
POSTFIX = {25, 465, 587}


def test_postfix_and_dovecot_and_the_one_that_was_not_reloaded() -> None:
    spec = load(spec_file("talk"))
    (host,) = spec.hosts.values()

    def look(*tlsa: str) -> Report:
        where = targets([host])
        expected = expected_of([host], {host.name: tlsa})
        return judge(survey(where, offers(), 10), expected, datetime.now(UTC))

    with rehearsal(spec, Options(progress=print)) as up:
        report = look()
        assert {each.port.number for each in report.seen} == DOVECOT | POSTFIX
        assert {(each.state, each.question) for each in _bad(report)} == {(State.WARNING, "chain")}
        former = next(each.certificate for each in report.seen if each.port.number == 25)
        assert former

        machine = up.network.hosts[host.name]
        subject = ("-subj", f"/CN={host.fqdn}", "-addext", f"subjectAltName=DNS:{host.fqdn}")
        status, said = machine.run(
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "group:prime256v1"),
            *("-noenc", "-days", "90", "-keyout", TLS_KEY, "-out", TLS_CHAIN, *subject),
        )
        assert status == 0, said
        status, said = machine.run("systemctl", "restart", "postfix")
        assert status == 0, said

        report = look(former.key_digest)
        faults = {(each.question, each.port) for each in _bad(report) if each.state is State.FAULT}
        assert faults == {("tlsa", 25)} | {("same-certificate", port) for port in DOVECOT}
        assert report.exit_code == 2


def _bad(report: Report) -> list[Verdict]:
    return [each for each in report.verdicts if each.state not in {State.OK, State.NOTE}]
