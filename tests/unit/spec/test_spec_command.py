"""`mailctl check` and `mailctl schema`, as a shell runs them: no traceback, the right exit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from spec_building import spec, write

from mailctl.model.rules.catalogue import RULES

ROOT = Path(__file__).resolve().parents[3]
INVALID = ROOT / "tests" / "invalid"


def _mailctl(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "mailctl", *arguments),
        capture_output=True, text=True, cwd=folder, check=False,
    )  # fmt: skip


def test_a_good_spec(tmp_path: Path) -> None:
    write(tmp_path, spec())
    done = _mailctl("check", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 host, 1 domain, 1 user, 2 aliases\n"


def test_warnings_are_no_errors() -> None:
    done = _mailctl("check", "examples/talk/mail.yaml")
    assert done.returncode == 0
    assert "warning: examples/talk/mail.yaml:18:51: dkim-hashes: sha512" in done.stderr
    assert "dmarc-obsolete-tag: RFC 9989 has no pct, rf, ri" in done.stderr


@pytest.mark.parametrize(
    "name",
    ["yaml-tab", "many-errors", "hostile-nul-escape", "include-loop/mail", "alias-loop", "nothing",
     "override-unknown-parameter", "sieve-no-semicolon/mail", "yaml-empty"],
)  # fmt: skip
def test_bad_specs_end_with_one_and_without_a_traceback(name: str) -> None:
    done = _mailctl("check", f"{name}.yaml", folder=INVALID)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for line in done.stderr.splitlines():
        assert line.split(":")[0].endswith((".yaml", ".sieve")), line


def test_json_has_everything_in_one_document() -> None:
    done = _mailctl("check", "many-errors.yaml", "--format", "json", folder=INVALID)
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert (document["version"], document["ok"], document["summary"]) == (1, False, None)
    assert len(document["issues"]) == 9
    assert document["issues"][0] == {
        "path": "many-errors.yaml", "line": 3, "column": 16, "rule": "bad-domain",
        "severity": "error", "message": "'-bad-' is no domain",
        "hint": "each part has letters, digits and inner hyphens only, as mail.example.org",
        "reference": "RFC 1035, 2.3; RFC 5890, 2.3",
    }  # fmt: skip
    done = _mailctl("check", "examples/pair/mail.yaml", "--format", "json")
    document = json.loads(done.stdout)
    assert (document["ok"], document["issues"]) == (True, [])
    assert document["summary"] == {"hosts": 2, "domains": 2, "users": 3, "aliases": 5}


def test_many_errors_are_counted(tmp_path: Path) -> None:
    lines = "".join(f"  u{number}: {{}}\n" for number in range(400))
    write(tmp_path, f"mailctl: 1\nusers:\n{lines}")
    done = _mailctl("check", folder=tmp_path)
    assert len(done.stderr.splitlines()) == 101
    assert done.stderr.splitlines()[-1] == "and 700 more errors"


def test_a_mistyped_command_is_guessed() -> None:
    done = _mailctl("aply")
    assert (done.returncode, done.stdout) == (64, "")
    assert "there is no command 'aply'; did you mean 'apply'?" in done.stderr
    assert "known are apply, build, check" in _mailctl("xyzzy").stderr


def test_explain_never_takes_what_is_left_out_for_a_policy_of_none() -> None:
    done = _mailctl("check", "examples/pair/mail.yaml", "--explain", "south.example")
    rows = {line.split()[0]: line.split("  ", 1)[1].strip() for line in done.stdout.splitlines()}
    assert rows["dmarc.subdomain_policy"].startswith("left out  ")
    assert rows["spf.include"].startswith("left out  ")


def test_explain_names_addresses_of_other_domains_where_the_domain_has_none() -> None:
    done = _mailctl("check", "examples/pair/mail.yaml", "--explain", "nora@nroth.example")
    assert done.stderr.endswith("did you mean 'nora@north.example'?\n"), done.stderr


def test_explain() -> None:
    done = _mailctl("check", "examples/pair/mail.yaml", "--explain", "south.example")
    assert done.returncode == 0
    rows = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert rows["dmarc.policy"].endswith("examples/pair/mail.yaml:29:21")
    assert rows["spf.all"].split() == ["spf.all", "fail", "built-in"]
    done = _mailctl("check", "examples/pair/mail.yaml", "--explain", "south.example",
                    "--format", "json")  # fmt: skip
    assert json.loads(done.stdout)["explained"][1] == {
        "setting": "host", "value": "south", "origin": "examples/pair/mail.yaml:36:11"}  # fmt: skip
    done = _mailctl("check", "examples/pair/mail.yaml", "--explain", "suoth.example")
    assert done.returncode == 1
    assert "did you mean 'south.example'?" in done.stderr


def test_the_rules_are_printed_without_a_spec(tmp_path: Path) -> None:
    done = _mailctl("check", "--rules", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\n  spf-ptr: warning\n    ptr is slow, and matches nobody" in done.stdout
    assert "(RFC 7208, 5.5)" in " ".join(done.stdout.split())
    assert "\n  alias-loop: error, cannot be ignored\n" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    done = _mailctl("check", "--rules", "--format", "json", folder=tmp_path)
    rules = {rule["rule"]: rule for rule in json.loads(done.stdout)["rules"]}
    assert list(rules) == list(RULES)
    assert rules["no-abuse"] == {
        "rule": "no-abuse", "topic": "Domains", "severity": "warning", "switchable": True,
        "reference": "RFC 2142, 4", "says": RULES["no-abuse"].says}  # fmt: skip


@pytest.mark.parametrize("beside", [("mail.yaml",), ("--explain", "example.org")])
def test_the_rules_go_with_no_spec(beside: tuple[str, ...]) -> None:
    done = _mailctl("check", "--rules", *beside)
    assert (done.returncode, done.stdout) == (64, "")
    assert "--rules reads no spec; leave SPEC and --explain out" in done.stderr


def test_all_commands_ignore_what_the_spec_does(tmp_path: Path) -> None:
    text = spec(domain="domains:\n  example.org: {dmarc: {policy: none}}\n")
    write(tmp_path, text)
    assert _mailctl("dns-records", folder=tmp_path).stderr.count("warning: ") == 2
    write(tmp_path, text.replace("none}", "none}, ignore: [dmarc-none, dmarc-no-reports]"))
    for command in ("check", "dns-records"):
        done = _mailctl(command, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")


def test_schema() -> None:
    done = _mailctl("schema")
    assert done.returncode == 0
    assert done.stdout == (ROOT / "schemas" / "mailctl-1.json").read_text()
