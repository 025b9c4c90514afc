"""A host's TSIG key comes from a file, a variable or a command, and is never quoted."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from mailctl.errors import SecretError
from mailctl.keys.tsig_source import read_tsig_source
from mailctl.keys.vault import KeyVault
from mailctl.model.host import DnsUpdates, Host
from mailctl.model.secret import PasswordCommand, PasswordFile, PasswordVariable, SecretSource
from mailctl.model.tsig_key import TsigKey
from mailctl.spec.load import load

SECRET = bytes(range(32))
TEXT = base64.b64encode(SECRET).decode()
STATEMENT = f'key "acme" {{\n\talgorithm hmac-sha256;\n\tsecret "{TEXT}";\n}};\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme.key").touch(mode=0o600)
    (tmp_path / "acme.key").write_text(STATEMENT)
    return tmp_path


def test_every_source_holds_the_whole_key(folder: Path) -> None:
    sources: tuple[SecretSource, ...] = (
        PasswordFile(folder / "acme.key"),
        PasswordVariable("KEY"),
        PasswordCommand(("cat", "acme.key"), folder),
    )
    for source in sources:
        assert read_tsig_source("mail", source, {"KEY": f"acme:{TEXT}"}) == TsigKey(
            "acme", "hmac-sha256", SECRET
        )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (PasswordVariable("NONE"), "the environment variable NONE is not set"),
        (PasswordVariable("SHORTENED"), "certbot does not know hmac-sha256-128"),
        (PasswordVariable("TEXT"), "is no TSIG key"),
        (PasswordCommand(("printf", r"\377"), Path()), "no ASCII text"),
        (PasswordCommand(("false",), Path()), "the command false failed with status 1"),
        (PasswordFile(Path("/nowhere/acme.key")), "there is no such file"),
    ],
)
def test_what_is_no_key_is_refused_without_a_quotation(source: SecretSource, said: str) -> None:
    environment = {"SHORTENED": f"hmac-sha256-128:acme:{TEXT}", "TEXT": TEXT}
    with pytest.raises(SecretError) as refused:
        read_tsig_source("mail", source, environment)
    assert str(refused.value).startswith("the TSIG key of mail: ")
    assert said in str(refused.value)
    assert TEXT not in str(refused.value)


def test_it_is_read_once_and_never_shown(folder: Path) -> None:
    vault = KeyVault(folder)
    host, updates = _host(folder)
    first = vault.tsig_key(host, updates)
    (folder / "acme.key").unlink()
    assert vault.tsig_key(host, updates) is first
    assert vault.redaction(f"with {TEXT} in it") == "with <secret> in it"
    assert TEXT not in repr((host, first))


def _host(folder: Path) -> tuple[Host, DnsUpdates]:
    (folder / "mail.yaml").write_text(SPEC)
    host = load(folder / "mail.yaml").hosts["mail"]
    assert host.dns_updates is not None
    return host, host.dns_updates


SPEC = """\
mailctl: 1
hosts:
  mail:
    fqdn: mail.example.org
    addresses: [203.0.113.1]
    platform: debian-13
    tls: {acme: {dns: {server: 192.0.2.53, tsig_key: {file: acme.key}}}}
"""


def test_a_file_is_one_beside_the_spec(folder: Path) -> None:
    _, updates = _host(folder)
    assert updates.tsig_key == PasswordFile(folder / "acme.key")
    assert (updates.port, updates.propagation_seconds) == (53, 60)
