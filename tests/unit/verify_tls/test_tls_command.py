"""`mailctl check --tls` as a user runs it, against servers on the loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tls_world import FQDN, Authority, TlsServer, a_context

from mailctl.backends.tls import CIPHERS
from mailctl.cli import main
from mailctl.model.listening import TlsPort
from mailctl.verify.tls import survey

Serve = Callable[..., TlsServer]

SPEC = f"""\
mailctl: 1
hosts:
  mail:
    fqdn: {FQDN}
    addresses: [127.0.0.1]
    platform: debian-13
    tls: {{certificate: /etc/ssl/mail.pem, key: /etc/ssl/mail.key}}
policies:
  default:
    dkim: {{selector: s1, key: ed25519}}
domains:
  a.example: {{}}
users:
  postmaster@a.example:
    password: {{file: secrets/p}}
    aliases: [abuse@a.example]
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "mail.yaml"
    path.write_text(SPEC)
    secret = tmp_path / "secrets/p"
    secret.parent.mkdir()
    secret.write_text("correct horse battery staple\n")
    secret.chmod(0o600)
    return path


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The spec's ports are those of these servers."""

    def ports(*servers: TlsServer) -> None:
        found = tuple(TlsPort(server.port) for server in servers)
        monkeypatch.setattr(survey, "tls_ports", lambda _host: found)

    return ports


@dataclass(frozen=True)
class Done:
    """What the command did."""

    exit_code: int
    stdout: str
    stderr: str


Check = Callable[..., Done]


@pytest.fixture
def check(spec: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*options: object) -> Done:
        with pytest.raises(SystemExit) as left:
            main(["check", str(spec), *map(str, options)])
        said = capsys.readouterr()
        return Done(int(str(left.value.code)), said.out, said.err)

    return run


def test_servers_as_they_should_be(
    check: Check, authority: Authority, serve: Serve, listen: Callable[..., None]
) -> None:
    context = a_context(authority.issue(), CIPHERS)
    listen(serve(context), serve(context))
    done = check("--tls", "--ca-file", authority.ca)
    assert done.exit_code == 0, done
    assert "TLS 1.3, TLS 1.2; certificate until" in done.stdout
    assert "2 of 2 ports speak TLS\n" in done.stdout


def test_a_port_that_was_forgotten_at_the_renewal(
    check: Check, authority: Authority, serve: Serve, listen: Callable[..., None]
) -> None:
    former = authority.issue(begins=timedelta(days=-61), ends=timedelta(days=29))
    forgotten = serve(a_context(former, CIPHERS))
    listen(serve(a_context(authority.issue(), CIPHERS)), forgotten)
    done = check("--tls", "--ca-file", authority.ca, "--format", "json")
    assert done.exit_code == 2, done
    faults = [each for each in json.loads(done.stdout)["verdicts"] if each["state"] == "fault"]
    assert [(each["question"], each["port"]) for each in faults] == [
        ("same-certificate", forgotten.port)
    ]


def test_an_expired_certificate_for_another_name(
    check: Check, authority: Authority, serve: Serve, listen: Callable[..., None]
) -> None:
    pem = authority.issue("www.a.example", timedelta(days=-90), timedelta(days=-2))
    listen(serve(a_context(pem, CIPHERS)))
    done = check("--tls", "--ca-file", authority.ca)
    assert done.exit_code == 2, done
    assert f"the certificate is not for {FQDN}: www.a.example" in done.stdout
    assert "expired on" in done.stdout


def test_a_host_that_is_down_leaves_it_open(spec: Path, check: Check) -> None:
    spec.write_text(SPEC.replace("127.0.0.1", "'2001:db8::1'"))
    done = check("--tls", "--timeout", "0.3")
    assert done.exit_code == 3, done
    assert "0 of 6 ports speak TLS" in done.stdout


def test_an_invalid_spec_is_told_and_nothing_is_dialled(
    spec: Path, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec.write_text(SPEC.replace("debian-13", "debian-9"))
    monkeypatch.setattr(survey, "probe", lambda *_: pytest.fail("dialled"))
    done = check("--tls")
    assert done.exit_code == 1
    assert "mail.yaml:6:" in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--host", "mail"),
        ("--ca-file", "ca.pem"),
        ("--timeout", "1"),
        ("--tls", "--explain", "a.example"),
        ("--tls", "--host", "nobody"),
    ],
)
def test_options_that_would_do_nothing(check: Check, options: tuple[str, ...]) -> None:
    assert check(*options).exit_code == 64


def test_a_file_without_cas(spec: Path, check: Check) -> None:
    done = check("--tls", "--ca-file", spec)
    assert done.exit_code == 1
    assert "mail.yaml: holds no certificates" in done.stderr
