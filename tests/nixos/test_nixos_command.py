"""`mailctl nixos` and `mailctl build` for NixOS hosts, as a user runs them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nix_expressions import parse
from nixos_building import EXAMPLES, RELEASES, ROOT, all_modules

from mailctl.cli import cli
from mailctl.errors import MailctlError

OFFICE = str(ROOT / "examples" / "office" / "mail.yaml")
PAIR = str(ROOT / "examples" / "pair" / "mail.yaml")
PASSWORD = "a-planted-clear-password"
HASH = "$argon2id$v=19$m=19456,t=2,p=1$cGxhbnRlZHNhbHQ$cGxhbnRlZC1oYXNoLW9mLWEtdXNlcg"
SPEC = f"""\
mailctl: 1
hosts:
  mail: {{fqdn: mail.example.org, addresses: [203.0.113.10], platform: nixos-25.11}}
  other: {{fqdn: other.example.org, addresses: [203.0.113.11], platform: debian-13, roles: [mx]}}
domains:
  example.org: {{host: mail, mx: [mail, other]}}
users:
  alice@example.org:
    password: {{file: alice.password}}
    aliases: [postmaster@example.org, abuse@example.org]
  bob@example.org: {{password: {{hash: "{{ARGON2ID}}{HASH}"}}}}
  robot@example.org: {{password: {{hash: "{{ARGON2ID}}{HASH}"}}, send_only: true}}
"""


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def _spec(folder: Path, text: str = SPEC) -> str:
    (folder / "mail.yaml").write_text(text)
    (folder / "alice.password").write_text(PASSWORD)
    (folder / "alice.password").chmod(0o600)
    return str(folder / "mail.yaml")


def _all_text(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*")) if path.is_file())


def test_every_example_is_read_by_nix_on_every_release(tmp_path: Path) -> None:
    parsed = [parse(file) for *_, file in all_modules(tmp_path)]
    assert len(parsed) == len(RELEASES) * (len(EXAMPLES) + 1)


def test_the_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "mail.nix", tmp_path / "b" / "mail.nix"
    for output in (first, second):
        done = _run("nixos", OFFICE, "--release", "26.05", "-o", str(output))
        assert done.exit_code == 0, done.output
    assert _all_text(first.parent) == _all_text(second.parent)


def test_without_a_place_all_of_it_goes_to_standard_output() -> None:
    done = _run("nixos", OFFICE, "--release", "25.11")
    assert done.exit_code == 0, done.output
    assert "services.postfix = {" in done.stdout
    assert "./mail" not in done.stdout


def test_big_tables_stand_beside(tmp_path: Path) -> None:
    users = "".join(
        f"  user{number}@example.org: {{password: {{hash: '{{ARGON2ID}}{HASH}'}}}}\n"
        for number in range(200)
    )
    output = tmp_path / "out" / "big-host.nix"
    done = _run("nixos", _spec(tmp_path, SPEC + users), "--host", "mail", "-o", str(output))
    assert done.exit_code == 0, done.output
    parse(output)
    table = tmp_path / "out" / "big-host" / "postfix" / "mailboxes"
    assert table.read_text().count("\n") > 200
    assert 'mailboxes = ./big-host + "/postfix/mailboxes";' in output.read_text()
    # what has shrunk leaves nothing behind
    done = _run("nixos", _spec(tmp_path), "--host", "mail", "-o", str(output))
    assert done.exit_code == 0, done.output
    assert not table.exists()


def test_no_secret_leaves_the_spec(tmp_path: Path) -> None:
    spec = _spec(tmp_path)
    out = tmp_path / "out"
    assert _run("build", spec, "-o", str(out)).exit_code == 0
    assert (
        _run("nixos", spec, "--host", "mail", "-o", str(tmp_path / "n" / "mail.nix")).exit_code == 0
    )
    keys = list((tmp_path / "keys").rglob("*.pem"))
    assert keys, "the build makes DKIM keys"
    found = _all_text(out) + _all_text(tmp_path / "n")
    for secret in (PASSWORD, HASH, *(key.read_text().splitlines()[1] for key in keys)):
        assert secret not in found
    assert '"/var/lib/mailctl/secrets/dovecot/users"' in found


def test_the_module_needs_neither_keys_nor_passwords(tmp_path: Path) -> None:
    spec = _spec(tmp_path)
    (tmp_path / "alice.password").unlink()
    done = _run("nixos", spec, "--host", "mail", "-o", str(tmp_path / "out" / "mail.nix"))
    assert done.exit_code == 0, done.output
    assert not (tmp_path / "keys").exists()


def test_a_build_has_the_module_and_apart_its_secrets(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = _run("build", _spec(tmp_path), "-o", str(out), "--with-secrets")
    assert done.exit_code == 0, done.output
    parse(out / "hosts" / "mail" / "mail.nix")
    assert not (out / "hosts" / "mail" / "postfix").exists()
    assert (out / "hosts" / "other" / "postfix" / "main.cf").exists()
    folder = out / "secrets" / "hosts" / "mail" / "dovecot"
    assert sorted(path.name for path in folder.iterdir()) == ["senders.smtp", "users"]
    users = folder / "users"
    assert HASH in users.read_text()
    assert users.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((OFFICE,), r"mail is on debian-12, which is no NixOS; write `platform: nixos-25\.11`"),
        ((OFFICE, "--release", "23.11"), r"NixOS '23\.11' is not known here; say one of 24\.11,"),
        ((OFFICE, "--host", "male"), r"the spec has no host 'male'; did you mean 'mail'"),
        ((OFFICE, "--release", "25.11", "-o", "mail.yaml"), "is no name for a module"),
        ((OFFICE, "--release", "25.11", "-o", "a b.nix"), "is no name for a module"),
    ],
)
def test_what_cannot_be_is_said(arguments: tuple[str, ...], said: str) -> None:
    done = _run("nixos", *arguments)
    assert isinstance(done.exception, MailctlError), done.output
    assert re.search(said, str(done.exception)), done.exception


def test_of_several_hosts_one_must_be_named() -> None:
    done = _run("nixos", PAIR, "--release", "25.11")
    assert done.exit_code == 2
    assert "several hosts (north, south); say which with --host" in done.output


def test_what_a_release_cannot_do_is_said(tmp_path: Path) -> None:
    overrides = "platform: nixos-25.11, overrides: {postfix: {tls_required_enable: 'no'}}"
    spec = _spec(tmp_path, SPEC.replace("platform: nixos-25.11", overrides))
    assert _run("nixos", spec, "--host", "mail").exit_code == 0
    done = _run("nixos", spec, "--host", "mail", "--release", "24.11")
    assert isinstance(done.exception, MailctlError), done.output
    assert "mail cannot be on nixos-24.11:" in str(done.exception)
    assert "Postfix 3.9 has no parameter 'tls_required_enable'" in str(done.exception)


def test_nothing_of_somebody_else_is_replaced(tmp_path: Path) -> None:
    foreign = tmp_path / "mail.nix"
    foreign.write_text("{ }\n")
    done = _run("nixos", OFFICE, "--release", "25.11", "-o", str(foreign))
    assert isinstance(done.exception, MailctlError)
    assert foreign.read_text() == "{ }\n"
    folder = tmp_path / "other"
    (folder / "kept").mkdir(parents=True)
    done = _run("nixos", OFFICE, "--release", "25.11", "-o", str(tmp_path / "other.nix"))
    assert isinstance(done.exception, MailctlError)
    assert (folder / "kept").is_dir()
