"""sslyze as a judge of a host's TLS: a program of others, run on all ports that it can speak to."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCANS = ("--resum", "--early_data", "--http_headers")
"""Besides those that belong to the profile."""

_HTTPS = 443

_COMPLIANCE = "COMPLIANCE AGAINST TLS CONFIGURATION"
_PORT = re.compile(r"^    (?P<name>\S+):(?P<port>\d+): (?P<verdict>.+)$")
_ISSUE = re.compile(r"^        \* (?P<what>\w+): ")


@dataclass(frozen=True, slots=True)
class Target:
    """A port and the name that is asked for there."""

    name: str
    address: str
    port: int

    def __str__(self) -> str:
        return f"{self.name}:{self.port}{{{self.address}}}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """On one port. `issues` are the points in which it is not as Mozilla's intermediate profile has
    it, `scans` what each scan found, `failed` those that did not run through."""

    issues: frozenset[str]
    scans: dict[str, Any]
    failed: tuple[str, ...]


def program() -> str:
    """Where sslyze is: where `make setup` puts it, or on PATH; empty when nowhere."""
    beside = Path(sys.prefix, "judges/bin/sslyze")
    return str(beside) if beside.exists() else shutil.which("sslyze") or ""


def judged(targets: Iterable[Target], roots: Path, folder: Path) -> dict[int, Judgement]:
    """By port. `roots` is a PEM file of who is trusted; `folder` is for what sslyze writes."""
    found = folder / "found.json"
    arguments = (f"--certinfo_ca_file={roots}", f"--json_out={found}", *map(str, targets))
    ended = subprocess.run(
        [program(), "--mozilla_config=intermediate", "--starttls=auto", *_SCANS, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    said = ended.stdout.partition(_COMPLIANCE)[2]
    assert said, ended.stdout + ended.stderr
    issues = _issues(said)
    return {
        each["server_location"]["port"]: _judgement(each, issues)
        for each in json.loads(found.read_text())["server_scan_results"]
    }


def _issues(said: str) -> dict[int, set[str]]:
    """Only the text for people has them."""
    found: dict[int, set[str]] = {}
    for line in said.splitlines():
        if port := _PORT.match(line):
            found[int(port["port"])] = issues = set()
            if port["verdict"].startswith("ERROR"):
                issues.add(port["verdict"])
        elif issue := _ISSUE.match(line):
            issues.add(issue["what"])
    return found


def _judgement(result: dict[str, Any], issues: dict[int, set[str]]) -> Judgement:
    port = result["server_location"]["port"]
    scans = result["scan_result"] or {"connection": {"status": result["connectivity_error_trace"]}}
    ran = {name: scan["result"] for name, scan in scans.items() if scan["status"] == "COMPLETED"}
    asked = {name for name, scan in scans.items() if scan["status"] != "NOT_SCHEDULED"}
    if port != _HTTPS:
        asked.discard("http_headers")
    return Judgement(
        frozenset(issues[port]),
        ran,
        tuple(f"{name}: {scans[name].get('error_trace')}" for name in sorted(asked - ran.keys())),
    )
