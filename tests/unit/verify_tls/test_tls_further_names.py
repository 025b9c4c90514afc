"""A host's further names: asked for by SNI, each judged by its own certificate."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest
from tls_world import FQDN, NOW, Authority, TlsServer, a_context

from mailctl.backends.tls import CIPHERS
from mailctl.model.host import Acme, Host, SelfSigned, ServerName
from mailctl.model.listening import TlsPort
from mailctl.model.names import DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.verify.tls import survey
from mailctl.verify.tls.json_text import json_text
from mailctl.verify.tls.offers import offers
from mailctl.verify.tls.report import Report, judge
from mailctl.verify.tls.survey import expected_of, targets
from mailctl.verify.tls.text import lines
from mailctl.verify.tls.verdict import State

NAME = "imap.b.example"
HOST = Host(
    "mail",
    DomainName(FQDN),
    (ip_address("127.0.0.1"),),
    PLATFORMS["debian-13"],
    tls=Acme(),
    names=(ServerName(DomainName(NAME)),),
)
Look = Callable[[ssl.SSLContext | None], Report]


@pytest.fixture
def look(
    authority: Authority, serve: Callable[..., TlsServer], monkeypatch: pytest.MonkeyPatch
) -> Look:
    """What is thought of a server that shows the fqdn's certificate, and to who asks for the
    further name that of another context, or ends the handshake without one."""

    def report(other: ssl.SSLContext | None) -> Report:
        context = a_context(authority.issue(), CIPHERS)

        def choose(connection: ssl.SSLObject, name: str, _: ssl.SSLContext) -> int | None:
            if name == NAME and other is None:
                return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
            if name == NAME and other is not None:
                connection.context = other
            return None

        context.sni_callback = choose  # type: ignore[assignment]
        port = TlsPort(serve(context).port)
        monkeypatch.setattr(survey, "tls_ports", lambda _host: (port,))
        seen = survey.survey(targets([HOST]), offers(authority.ca), 3)
        return judge(seen, expected_of([HOST], {}), NOW)

    return report


def _bad(report: Report) -> list[tuple[str, str, str]]:
    bad = (State.FAULT, State.WARNING, State.UNKNOWN)
    return [(each.name, each.question, each.state.value) for each in report.verdicts
            if each.state in bad]  # fmt: skip


def test_one_with_its_own_certificate(authority: Authority, look: Look) -> None:
    report = look(a_context(authority.issue(NAME)))
    assert _bad(report) == []
    assert {each.question for each in report.verdicts if each.name} == {
        "contact", "chain", "names", "validity", "key"
    }  # fmt: skip
    text = "\n".join(line.text for line in lines(report))
    assert f" as {NAME}: certificate until " in text
    assert "1 of 1 ports speak TLS" in text
    assert [port["name"] for port in json.loads(json_text(report))["ports"]] == ["", NAME]


def test_one_that_is_shown_the_hosts(authority: Authority, look: Look) -> None:
    report = look(a_context(authority.issue()))
    assert _bad(report) == [(NAME, "names", "fault")]
    text = "\n".join(line.text for line in lines(report))
    assert f" as {NAME}: the certificate is not for {NAME}: {FQDN}" in text
    assert report.exit_code == 2


def test_one_that_has_expired_or_that_nobody_signed(authority: Authority, look: Look) -> None:
    past = {"begins": timedelta(days=-90), "ends": timedelta(days=-1)}
    assert _bad(look(a_context(authority.issue(NAME, **past)))) == [(NAME, "validity", "fault")]
    report = look(a_context(authority.issue(NAME, itself=True)))
    assert _bad(report) == [(NAME, "chain", "fault")]


def test_one_that_gets_no_handshake(look: Look) -> None:
    assert _bad(look(None)) == [(NAME, "contact", "fault")]


def test_a_port_that_is_closed_is_told_once(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = TlsServer(None)
    server.close()
    monkeypatch.setattr(survey, "tls_ports", lambda _host: (TlsPort(server.port),))
    seen = survey.survey(targets([HOST]), offers(authority.ca), 3)
    assert len(seen) == 2
    assert _bad(judge(seen, expected_of([HOST], {}), NOW)) == [("", "contact", "fault")]


def test_a_certificate_of_the_hosts_making_is_asked_for_once() -> None:
    assert {target.name for target in targets([HOST])} == {FQDN, NAME}
    alone = targets([replace(HOST, tls=SelfSigned())])
    assert {target.name for target in alone} == {FQDN}
