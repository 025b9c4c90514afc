"""`mailctl dkim` and its neighbours as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import pytest
from rotation_name_server import ADDRESS, name_server
from rotation_world import DAY, DOMAIN, SPEC, World, build, course

from mailctl.cli import main
from mailctl.cli.rollback import _warnings
from mailctl.deploy.generations import Way
from mailctl.deploy.manifest import FileEntry, Manifest
from mailctl.errors import Unreachable
from mailctl.model.names import DomainName

Run = Callable[..., tuple[int, str, str]]

QUICK = SPEC.replace("{env: ALICE}", "{file: alice}")


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "alice").write_text("a long enough password\n")
    return build(tmp_path, QUICK)


@pytest.fixture
def run(world: World, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, str, str]:
        first, *rest = words
        at = 2 if first == "dkim" else 1
        with pytest.raises(SystemExit) as ended:
            main([first, *rest[: at - 1], str(world.folder / "mail.yaml"), *rest[at - 1 :]])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def test_a_rotation_at_the_keyboard(world: World, run: Run) -> None:
    code, out, err = run("dkim", "rotate")
    assert (code, err) == (0, "")
    assert out.startswith("example.org: the key s2 (rsa-2048) is made; publish its record:\n")
    with name_server() as server:
        code, out, err = run("dkim", "rotate", "--resolver", ADDRESS)
        assert (code, out) == (1, "")
        assert f"s2._domainkey.example.org: ns.example.org ({ADDRESS}) has no such name" in err
        server.texts |= world.wanted()
        code, out, err = run("dkim", "rotate", "--resolver", f"{ADDRESS}:53")
        assert (code, err) == (0, "")
        assert out.endswith(
            "s2 signs from the next apply on, not yet on mail, out: mailctl apply\n"
        )
    code, out, err = run("dkim", "retire")
    assert (code, out) == (1, "")
    assert err.startswith("example.org: s1 cannot be revoked: mail, out may still sign with it; ")
    code, out, err = run("dkim", "status")
    assert (code, err) == (0, "")
    assert "sign with s2: mailctl apply" in out.splitlines()[-1]


def test_hosts_are_asked_by_ssh(world: World, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, act in course(world):
        act()
        if name == "note":
            break
    monkeypatch.setattr("mailctl.cli.dkim.now", lambda: world.now + 30 * DAY)
    asked: list[str] = []

    class Remote:
        def __init__(self, _system: object, host: object, _access: object) -> None:
            self.name = host.name  # type: ignore[attr-defined]

        def __enter__(self) -> Self:
            asked.append(self.name)
            if self.name == "out":
                raise Unreachable("out", "cannot connect")
            return self

        def __exit__(self, *_: object) -> None:
            return None

    def nothing(_remote: object, _errand: object) -> Mapping[DomainName, str]:
        return {}

    monkeypatch.setattr("mailctl.deploy.connect.remote_for", Remote)
    monkeypatch.setattr("mailctl.deploy.signing.live_selectors", nothing)
    with name_server() as server:
        server.texts |= world.wanted()
        code, _, err = run("dkim", "retire", "--resolver", ADDRESS)
    assert code == 1
    assert "whether out signs with it is not known: out: cannot connect" in err
    assert asked == ["mail", "out"]
    assert world.states["s1"] == "retiring"


def test_a_machine_without_a_resolver_says_so(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.rotate()
    monkeypatch.setattr("dns.resolver.Resolver", lambda: (_ for _ in ()).throw(OSError()))
    code, _, err = run("dkim", "rotate")
    assert code == 1
    assert "could not be asked: /etc/resolv.conf names no resolver; name one with" in err


def test_nothing_to_retire(run: Run) -> None:
    assert run("dkim", "retire") == (0, "there is no former key to retire\n", "")


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("rotate", "--resolver", "ns1"), 64, "'--resolver': 'ns1' is no IP address"),
        (("rotate", "--resolver", "127.0.0.1:0"), 64, "'0' is no port"),
        (("rotate", "--resolver", "[::1]:x"), 64, "'x' is no port"),
        (("rotate", "--key", "dsa"), 64, "--key"),
        (("rotate", "--domain", "example.org", "--all"), 64, "exclude each other"),
        (("rotate", "--selector", "a b"), 1, "--selector: 'a b' is no DKIM selector"),
        (("rotate", "--selector", "s1"), 1, "s1 was used before; a selector is never used again"),
        (("rotate", "--domain", "example.net"), 1, "the spec has no domain example.net"),
        (("rotate", "--domain", "exmaple.org"), 1, "did you mean 'example.org'?"),
        (("retire", "--domain", "no domain"), 1, "--domain: "),
    ],
)
def test_what_cannot_be_meant(run: Run, words: tuple[str, ...], code: int, complaint: str) -> None:
    ended, out, err = run("dkim", *words)
    assert (ended, out) == (code, "")
    assert complaint in err
    assert "Traceback" not in err


def test_a_spec_that_signs_nothing_says_so(world: World, run: Run) -> None:
    (world.folder / "mail.yaml").write_text("mailctl: 1\ndomains: {example.net: {parked: true}}\n")
    said = "the spec has no domain that is signed\n"
    assert run("dkim", "status") == (0, "", said)
    assert run("dkim", "rotate") == (1, "", said)
    assert run("dkim", "rotate", "--all") == (1, "", said)


def test_no_key_is_made_for_a_name_that_is_too_long(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailctl.rotation.successor._LONGEST_NAME", len("s._domainkey.example.org"))
    code, _, err = run("dkim", "rotate", "--selector", "long")
    assert code == 1
    assert "example.org: the name of the record of long would have 27 characters" in err
    assert not (world.folder / "keys/dkim/example.org/long.pem").exists()


def test_what_is_in_the_way_of_a_rotation_is_named(world: World, run: Run) -> None:
    keys = world.folder / "keys"
    keys.rename(world.folder / "moved")
    keys.write_text("a file where the folder belongs")
    code, _, err = run("dkim", "rotate")
    assert code == 1
    assert ".rotation.lock: cannot be made: File exists; a rotation is written" in err
    assert f"mend {keys} and run it again" in err


def test_of_several_domains_one_says_which(world: World, run: Run) -> None:
    spec = world.folder / "mail.yaml"
    spec.write_text(QUICK.replace("users:", "  example.net: {host: mail}\nusers:"))
    world.wanted()
    code, _, err = run("dkim", "rotate")
    assert (code, "say which: --domain DOMAIN, or --all" in err) == (64, True)
    code, _, err = run("dkim", "rotate", "--all", "--selector", "x")
    assert (code, "--selector names the key of one domain" in err) == (64, True)
    code, out, err = run("dkim", "rotate", "--all")
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if "is made" in line] == [
        "example.org: the key s2 (rsa-2048) is made; publish its record:",
        "example.net: the key s2 (rsa-2048) is made; publish its record:",
    ]


def test_check_and_records_agree_with_the_file(world: World, run: Run) -> None:
    for name, act in course(world):
        act()
        if name == "revoke":
            break
    code, out, _ = run("dns-records", "--format", "json")
    data = {
        record["name"]: record["data"]
        for zone in json.loads(out)["zones"]
        for record in zone["records"]
    }
    assert (code, data["s1._domainkey.example.org"]) == (0, "v=DKIM1; p=")
    assert data["s2._domainkey.example.org"].startswith("v=DKIM1; k=rsa; p=MII")
    (world.folder / "keys/dkim/example.org/s1.pem").write_text("no key at all")
    assert run("check")[0] == 0, "nobody needs the key of a revoked selector"
    (world.folder / "keys/dkim/example.org/s2.pem").unlink()
    code, _, err = run("check")
    assert code == 1
    assert "bad-key: " in err
    assert "s2.pem: is not there, but rotation.json beside it says that it is signing" in err


def test_check_warns_of_a_file_that_the_spec_left_behind(world: World, run: Run) -> None:
    world.rotate()
    spec = world.folder / "mail.yaml"
    spec.write_text(QUICK.replace("{host: mail}", "{host: mail, dkim: {selector: x}}"))
    code, _, err = run("check")
    assert code == 0
    assert f"warning: {spec}:10:35: dkim-rotation-base: keys/dkim/example.org/rotation.json" in err
    assert run("dns-records")[2].count("dkim-rotation-base") == 1


@pytest.mark.parametrize("words", [("check",), ("dns-records",), ("dkim", "status")])
def test_a_damaged_file_is_one_line_everywhere(
    world: World, run: Run, words: tuple[str, ...]
) -> None:
    world.rotate()
    path = world.folder / "keys/dkim/example.org/rotation.json"
    path.write_text("{")
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert err.startswith(f"{path}: is damaged: ")
    assert err.count("\n") == 1
    assert path.read_text() == "{"


def _way(selector: str) -> Way:
    file = FileEntry(f"opendkim/keys/{DOMAIN}/{selector}.pem", "", 0o600, "root", "root", True)
    return Way((3, "-"), 2, None, Manifest("debian-13", files=(file,)))


def test_a_rollback_to_a_revoked_key_warns(world: World) -> None:
    said = {}
    for name, act in course(world):
        act()
        said[name] = list(_warnings(world.folder / "mail.yaml", _way("s1")))
    assert [name for name in said if said[name]] == ["revoke", "remove"]
    assert said["revoke"] == [
        (
            "generation 2 signs example.org with s1, which is revoked: receivers refuse "
            "that; mailctl apply brings the key that signs"
        )
    ]
    for spec, way in (
        ("mail.yaml", _way("s2")),
        ("nowhere.yaml", Way((3, "-"), 0, None, None)),
        ("nowhere/mail.yaml", _way("s1")),
    ):
        assert list(_warnings(world.folder / spec, way)) == []
    (world.folder / "keys/dkim/example.org/rotation.json").write_text("{")
    assert list(_warnings(world.folder / "mail.yaml", _way("s1"))) == []


def test_the_command_line_starts_without_it() -> None:
    script = (
        "import sys; from mailctl.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        "heavy = {'dns', 'cryptography', 'jinja2', 'paramiko', 'mailctl.cli.dkim',\n"
        "         'mailctl.rotation'} & set(sys.modules)\n"
        "sys.exit(' '.join(heavy) if heavy else 0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "dkim " in ended.stdout
