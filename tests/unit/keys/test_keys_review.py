"""`check` finds broken keys and passwords at their place in the spec, and makes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailctl.cli import main
from mailctl.keys.dkim import signing_key
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector, KeyKind

SPEC = """\
mailctl: 1
hosts:
  mail: {fqdn: mail.example.org, addresses: [203.0.113.1], platform: debian-13}
domains:
  example.org: {dkim: {selector: s1, key: rsa-2048}}
users:
  alice@example.org:
    password: {file: alice}
    aliases: [postmaster@example.org, abuse@example.org]
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "alice").write_text("hunter2\n")
    (tmp_path / "mail.yaml").write_text(SPEC)
    return tmp_path / "mail.yaml"


def _check(spec: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["check", str(spec)])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out + captured.err


def test_without_keys_all_is_well_and_none_is_made(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(spec, capsys)[0] == 0
    assert not (spec.parent / "keys").exists()


def test_a_key_of_another_kind(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signing_key(spec.parent, DomainName("example.org"), DkimSelector("s1", KeyKind.ED25519))
    code, said = _check(spec, capsys)
    assert code == 1
    assert f"{spec}:5:23: bad-key: {spec.parent}/keys/dkim/example.org/s1.pem: is a key" in said
    assert "of kind ed25519, but the spec says rsa-2048; write `key: ed25519`" in said


def test_a_password_file_that_cannot_be_used(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (spec.parent / "alice").write_text("{MD5}hunter2\n")
    code, said = _check(spec, capsys)
    assert code == 1
    assert f"{spec}:8:22: bad-password: the password of alice@example.org: {{MD5}} is weak" in said
    assert "hunter2" not in said


def test_a_tsig_key_that_others_may_read(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = "platform: debian-13"
    tls = "tls: {acme: {dns: {server: 192.0.2.53, tsig_key: {file: acme}}}}"
    spec.write_text(SPEC.replace(place, f"{place}, {tls}"))
    (spec.parent / "acme").write_text("acme:c2VjcmV0c2VjcmV0c2VjcmV0")
    code, said = _check(spec, capsys)
    assert code == 1
    assert f"{spec}:3:137: bad-tsig-key: the TSIG key of mail: {spec.parent}/acme: may be" in said
    assert "c2VjcmV0" not in said
    (spec.parent / "acme").chmod(0o600)
    assert _check(spec, capsys)[0] == 0
