"""Whatever a proof raises becomes a verdict of one line; waiting ends; ids are unique."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from mailctl.model.host import Host
from mailctl.model.listening import TlsPort
from mailctl.model.names import DomainName
from mailctl.proofs import certificate, forged_results, old_tls
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
    assert not any(proof.statement.endswith(".") for proof in PROOFS)
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


SERVER_HELLO = b"\x16\x03\x01\x00\x06\x02\x00\x00\x02"
ALERT = b"\x15\x03\x01\x00\x02\x02\x46"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (lambda version: SERVER_HELLO + version, "port 465 answers TLS 1.0 with ServerHello"),
        (lambda _: ALERT, "port 465 answers TLS 1.2 with alert protocol_version"),
        (
            lambda version: ALERT if version == b"\x03\x01" else SERVER_HELLO + version,
            "port 465 answers TLS 1.1 with ServerHello TLS 1.1",
        ),
    ],
)
def test_old_tls(
    ground: Ground, host: Host, wires, monkeypatch, answer: Callable[[bytes], bytes], fault: str
) -> None:
    # the second case is the control: who refuses TLS 1.2 as well has proved nothing
    monkeypatch.setattr(old_tls, "tls_ports", lambda _host: (TlsPort(465),))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wires[465] = listener.getsockname()[1]

        def serve_three() -> None:
            with contextlib.suppress(OSError):
                for _ in range(3):
                    with listener.accept()[0] as connection:
                        connection.sendall(answer(connection.recv(4096)[9:11]))

        thread = threading.Thread(target=serve_three)
        thread.start()
        assert fault in try_proof(old_tls.PROOF, ground, host).evidence
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_certificate_for_another_name(ground: Ground, host: Host, serve, monkeypatch) -> None:
    monkeypatch.setattr(certificate, "tls_ports", lambda _host: (TlsPort(465),))
    serve(465, wrapped=True)
    assert "dNSName mail.ours.example" in CERTIFICATE.try_on(ground, host)
    other = replace(host, fqdn=DomainName("mx.ours.example"))
    with pytest.raises(Refuted, match=r"not for mx\.ours\.example"):
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
