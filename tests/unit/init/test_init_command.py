"""`mailctl init` as a user runs it: the result is a spec that holds, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mailctl.cli import cli
from mailctl.errors import MailctlError
from mailctl.files import write_new
from mailctl.model.names import Address, DomainName
from mailctl.spec.load import Loaded, examine

GIVEN = ("--domain", "example.org", "--address", "203.0.113.10", "--user", "alice", "--no-input")


def _init(folder: Path, *arguments: str, answers: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["init", str(folder), *arguments], input=answers)


def _accepted(folder: Path) -> Loaded:
    loaded = examine(folder / "mail.yaml")
    assert loaded.warnings == ()
    return loaded


def test_options_alone_give_a_spec_without_a_warning(tmp_path: Path) -> None:
    done = _init(tmp_path / "new", *GIVEN)
    assert done.exit_code == 0, done.output
    system = _accepted(tmp_path / "new").system
    (user,) = system.users.values()
    assert str(user.address) == "alice@example.org"
    assert sorted(map(str, user.aliases)) == ["abuse@example.org", "postmaster@example.org"]
    assert system.hosts["mail"].fqdn == "mail.example.org"
    assert system.hosts["mail"].platform.name == "debian-13"


def test_every_value_may_be_given(tmp_path: Path) -> None:
    done = _init(
        tmp_path, "--domain", "Exämple.ORG", "--fqdn", "mx1.example.net",
        "--address", "203.0.113.10", "--host-address", "2001:db8::10",
        "--platform", "debian-12", "--user", "o'brien{x}#@exämple.org", "--no-input",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    system = _accepted(tmp_path).system
    domain = DomainName("xn--exmple-cua.org")
    assert list(system.domains) == [domain]
    assert list(system.users) == [Address("o'brien{x}#", domain)]
    assert (tmp_path / "secrets" / "o'brien{x}#").is_file()
    host = system.hosts["mail"]
    assert (host.fqdn, host.platform.name) == ("mx1.example.net", "debian-12")
    assert [str(address) for address in host.addresses] == ["203.0.113.10", "2001:db8::10"]


@pytest.mark.parametrize("user", ["postmaster", "abuse", "Postmaster@example.org"])
def test_a_user_is_no_alias_of_her_own(tmp_path: Path, user: str) -> None:
    done = _init(tmp_path, *GIVEN[:-3], "--user", user, "--no-input")
    assert done.exit_code == 0, done.output
    _accepted(tmp_path)


def test_questions_are_asked_again_until_the_answer_holds(tmp_path: Path) -> None:
    answers = "nonsense\nexample.org\n\n1.2.3\n203.0.113.10, 2001:db8::10\ndebian-9\n\nalice\n"
    done = _init(tmp_path, answers=answers)
    assert done.exit_code == 0, done.output
    assert "has a single label" in done.output
    assert "'1.2.3' is no IP address" in done.output
    assert "no platform 'debian-9'" in done.output
    assert len(_accepted(tmp_path).system.hosts["mail"].addresses) == 2


def test_an_option_is_not_asked_for(tmp_path: Path) -> None:
    done = _init(tmp_path, "--domain", "example.org", answers="\n203.0.113.10\n\n\n")
    assert done.exit_code == 0, done.output
    assert "Mail domain" not in done.output


def test_the_password_is_new_private_and_not_shown(tmp_path: Path) -> None:
    outputs = [_init(tmp_path / name, *GIVEN).output for name in "ab"]
    passwords = [(tmp_path / name / "secrets/alice").read_text().strip() for name in "ab"]
    assert passwords[0] != passwords[1]
    assert all(len(password) >= 20 for password in passwords)
    assert not any(password in output for password in passwords for output in outputs)
    assert (tmp_path / "a/secrets").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a/secrets/alice").stat().st_mode & 0o777 == 0o600
    assert "*\n" in (tmp_path / "a/secrets/.gitignore").read_text()


def test_it_says_what_to_do_next(tmp_path: Path) -> None:
    folder = tmp_path / "with blank"
    output = _init(folder, *GIVEN).output
    for command in ("check", "rehearse", "dns-records", "plan", "apply"):
        assert f"mailctl {command} '{folder}/mail.yaml'" in output


@pytest.mark.parametrize("name", ["mail.yaml", "secrets/alice"])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_nothing_is_overwritten(tmp_path: Path, name: str, kind: str) -> None:
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    if kind == "link":
        place.symlink_to("nowhere")
    else:
        place.write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    done = _init(tmp_path, *GIVEN)
    assert isinstance(done.exception, MailctlError)
    assert f"{place}: is there already, and is not overwritten" in str(done.exception)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--domain", "example"), "--domain: 'example' has a single label"),
        (("--domain", 'exa"mple.org'), "--domain: "),
        (("--domain", "a.org\nusers: {}"), "--domain: "),
        (("--fqdn", "mail_.example.org"), "--fqdn: "),
        (("--fqdn", "203.0.113.1"), "--fqdn: "),
        (("--address", "mail.example.org"), "--address: "),
        (("--address", "224.0.0.1"), "--address: 224.0.0.1 is no address of a host"),
        (("--address", "203.0.113.10"), "this gives no valid spec"),
        (("--user", "alice@elsewhere.example"), "--user: alice@elsewhere.example is not in"),
        (("--user", "a/b"), "--user: "),
        (("--user", "../x"), "--user: "),
        (("--user", "a b"), "--user: "),
    ],
)
def test_bad_values_are_refused_and_nothing_is_written(
    tmp_path: Path, options: tuple[str, str], complaint: str
) -> None:
    done = _init(tmp_path / "new", *GIVEN, *options)
    assert isinstance(done.exception, MailctlError), done.output
    assert complaint in str(done.exception)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("missing", ["--domain", "--address"])
def test_what_has_no_default_must_be_given_where_nothing_is_asked(
    tmp_path: Path, missing: str
) -> None:
    place = GIVEN.index(missing)
    done = _init(tmp_path, *GIVEN[:place], *GIVEN[place + 2 :])
    assert isinstance(done.exception, MailctlError)
    assert f"{missing} is missing" in str(done.exception)


def test_an_end_of_input_is_one_clear_error(tmp_path: Path) -> None:
    done = _init(tmp_path / "new", answers="example.org\n")
    assert isinstance(done.exception, MailctlError)
    assert "the input ended before every question was answered" in str(done.exception)
    assert not (tmp_path / "new").exists()


def test_a_failure_halfway_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes, mode: int) -> None:
        if path.name == "mail.yaml":
            raise OSError(28, "No space left on device", str(path))
        write_new(path, content, mode)

    monkeypatch.setattr("mailctl.cli.first_files.write_new", full)
    assert isinstance(_init(tmp_path, *GIVEN).exception, OSError)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_comments_hold_when_they_are_taken_in(tmp_path: Path) -> None:
    """What stands behind `#` as a suggestion is valid once the `#` is taken away."""
    _init(tmp_path, *GIVEN)
    spec = tmp_path / "mail.yaml"
    lines = []
    for line in spec.read_text().splitlines():
        body = line.strip().removeprefix("# ")
        suggestion = line.strip().startswith("# ") and body.split(":")[0] in {
            "ssh", "tls", "example.net", "example.com", "forward", "aliases", "  team@example.org",
        }  # fmt: skip
        lines.append(line.replace("# ", "", 1) if suggestion else line)
    spec.write_text("\n".join(lines) + "\n")
    system = examine(spec).system
    assert len(system.domains) == 3
    assert len(system.aliases) == 1
    assert system.hosts["mail"].ssh.sudo
