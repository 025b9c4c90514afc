"""Scripts that a spec names: each fault once, at the script's own place, whoever names it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from spec_building import accept, issues, spec, write

from mailctl.cli.prepare import backend_findings

HOST = """\
hosts:
  mail:
    fqdn: mail.example.org
    addresses: [203.0.113.10]
    platform: debian-13
    sieve: {before: [a.sieve], after: [sieve]}
"""
BROKEN = 'require "fileinto";\n\n  fileinto :create "x";\n'
SAID = 'a.sieve:3:12: sieve: :create is not known without its extension; add "mailbox" to require'


def _named_twice(folder: Path, script: str) -> str:
    write(folder, script, "a.sieve")
    (folder / "sieve").mkdir()
    return spec(host=HOST.replace("after: [sieve]", "after: []"), more="    sieve: a.sieve\n")


def test_a_fault_is_told_once_at_the_scripts_own_place(tmp_path: Path) -> None:
    found = issues(tmp_path, _named_twice(tmp_path, BROKEN))
    assert [str(issue).removeprefix(f"{tmp_path}/") for issue in found] == [SAID]


def _check(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "mailctl", "check", *options)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_check_says_one_line(tmp_path: Path) -> None:
    write(tmp_path, _named_twice(tmp_path, BROKEN))
    done = _check(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{SAID}\n")
    (issue,) = json.loads(_check(tmp_path, "--format", "json").stdout)["issues"]
    assert (issue["line"], issue["column"], issue["rule"]) == (3, 12, "sieve")


def test_the_backends_have_nothing_to_add(tmp_path: Path) -> None:
    loaded = accept(tmp_path, _named_twice(tmp_path, "keep;\n"))
    write(tmp_path, BROKEN, "a.sieve")
    findings = tuple(backend_findings(loaded.system))
    assert [finding for finding in findings if "sieve" in finding.rule] == []


def test_a_script_that_cannot_be_read_is_told_where_it_is_named(tmp_path: Path) -> None:
    write(tmp_path, "keep", "a.sieve")
    (tmp_path / "sieve").mkdir()
    found = issues(tmp_path, spec(host=HOST, more="    sieve: sieve\n"))
    assert [str(issue).removeprefix(f"{tmp_path}/").partition(";")[0] for issue in found] == [
        "a.sieve:1:5: sieve: the command keep has no end",
        f"mail.yaml:7:40: missing-sieve: the Sieve script '{tmp_path}/sieve' is no regular file",
        f"mail.yaml:14:12: missing-sieve: the Sieve script '{tmp_path}/sieve' is no regular file",
    ]


def test_a_huge_script_is_refused(tmp_path: Path) -> None:
    (issue,) = issues(tmp_path, _named_twice(tmp_path, "#" * (1 << 18) + "\n"))
    assert (issue.line, issue.column) == (1, 1)
    assert "larger script than the 262144 bytes that are allowed" in issue.message
