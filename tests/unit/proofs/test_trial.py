"""Whatever a proof raises becomes a verdict of one line; waiting ends; registered ids are unique."""

from __future__ import annotations

import pytest

from mailctl.model.host import Host
from mailctl.proofs import forged_results, old_tls
from mailctl.proofs.base import NotApplicable, Outcome, Refuted, Statement
from mailctl.proofs.certificate import PROOF as CERTIFICATE
from mailctl.proofs.client_hello import TLS_1_0, TLS_1_2, client_hello
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import stuffed
from mailctl.proofs.registry import PROOFS
from mailctl.proofs.subaddressing import with_detail
from mailctl.proofs.trial import try_proof
from mailctl.proofs.waiting import until


def raising(error: Exception) -> Statement:
    def attempt(_ground: Ground, _host: Host) -> str:
        raise error

    return Statement("x", "it works", attempt)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Refuted("no\nmail"), Outcome.FAILS),
        (NotApplicable("no user"), Outcome.DOES_NOT_APPLY),
        (ConnectionRefusedError("refused"), Outcome.FAILS),
        (TimeoutError("late"), Outcome.FAILS),
        (EOFError(), Outcome.FAILS),
    ],
)
def test_verdicts(ground: Ground, host: Host, error: Exception, outcome: Outcome) -> None:
    verdict = try_proof(raising(error), ground, host)
    assert verdict.outcome is outcome
    assert "\n" not in verdict.evidence


def test_a_bug_is_no_verdict(ground: Ground, host: Host) -> None:
    with pytest.raises(KeyError):
        try_proof(raising(KeyError("bug")), ground, host)


def test_ids_and_statements() -> None:
    assert len({proof.id for proof in PROOFS}) == len(PROOFS)
    assert all(
        proof.statement[0].islower() or proof.statement[:2].isupper()
        for proof in PROOFS
        if proof.statement[:4] not in {"IMAP", "VRFY", "AUTH", "TLS "}
    )
    assert PROOFS[-1].id == "journals"


def test_waiting_ends() -> None:
    with pytest.raises(Refuted, match="nothing within 0 s"):
        until(lambda: None, "nothing", timeout=0.2)
    answers = iter((None, None, "there"))
    assert until(lambda: next(answers), "nothing", timeout=5) == "there"


def test_dots_are_doubled_and_line_ends_are_crlf() -> None:
    assert stuffed(b".a\n..b\r\nc") == b"..a\r\n...b\r\nc\r\n"


@pytest.mark.parametrize(
    ("detail", "address"),
    [
        ("shop", "alice+shop@ours.example"),
        ("", "alice+@ours.example"),
        ("a..b", '"alice+a..b"@ours.example'),
        ('a"b\\c', r'"alice+a\"b\\c"@ours.example'),
        ("käse", "alice+käse@ours.example"),
    ],
)
def test_details_are_quoted_where_needed(ground: Ground, detail: str, address: str) -> None:
    alice = next(iter(ground.system.users.values()))
    assert with_detail(ground, alice, detail) == address


def test_the_hello_says_its_version() -> None:
    assert client_hello(TLS_1_0)[9:11] == b"\x03\x01"
    assert client_hello(TLS_1_2)[9:11] == b"\x03\x03"


def test_a_server_without_any_tls_version(ground: Ground, host: Host, serve, monkeypatch) -> None:
    # the control: a server that refuses TLS 1.2 as well would prove nothing
    from mailctl.proofs.tls_ports import TlsPort

    monkeypatch.setattr(old_tls, "tls_ports", lambda _host: (TlsPort(25, "220 "),))
    serve(25, replies={".*": "500 no"})
    assert "port 25" in try_proof(old_tls.PROOF, ground, host).evidence


def test_a_certificate_for_another_name(ground: Ground, host: Host, serve, monkeypatch) -> None:
    from dataclasses import replace

    from mailctl.model.names import DomainName
    from mailctl.proofs import certificate
    from mailctl.proofs.tls_ports import TlsPort

    monkeypatch.setattr(certificate, "tls_ports", lambda _host: (TlsPort(465),))
    serve(465, wrapped=True)
    assert "dNSName mail.ours.example" in CERTIFICATE.try_on(ground, host)
    other = replace(host, fqdn=DomainName("mx.ours.example"))
    with pytest.raises(Refuted, match="not for mx.ours.example"):
        CERTIFICATE.try_on(ground, other)


@pytest.mark.parametrize(
    ("kept", "fault"),
    [
        ("MAIL.ours.example; dkim=pass header.d={token}.invalid", "a forged header arrived"),
        ("", "is gone"),
    ],
)
def test_forged_results(
    ground: Ground, host: Host, serve, monkeypatch, kept: str, fault: str
) -> None:
    serve(25)

    def arrives(_ground: object, _user: object, token: str) -> bytes:
        header = kept.format(token=token)
        return f"Authentication-Results: {header}\r\n\r\n".encode() if header else b"\r\n"

    monkeypatch.setattr(forged_results, "wait_in_inbox", arrives)
    with pytest.raises(Refuted, match=fault):
        forged_results.PROOF.try_on(ground, host)
