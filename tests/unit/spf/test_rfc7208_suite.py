"""The test suite of RFC 7208 that openspf kept, every case of it.

It lies in the source distribution of pyspf, which is not ours to ship. The tests look for that
file in the folder that MAILCTL_SUITES names, else in .venv/suites/.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from spf_worlds import World

from mailctl.spf.evaluation import check_sender
from mailctl.spf.resolver import FAILED, Lookup, joined

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("MAILCTL_SUITES", ROOT / ".venv" / "suites"))
ARCHIVE = "pyspf-2.0.14.tar.gz"
MEMBER = "pyspf-2.0.14/test/rfc7208-tests.yml"
CASES_IN_ALL = 203

DEFAULT_EXPLANATION = "DEFAULT"
"""What the suite writes where the domain itself explains nothing."""

NOT_OURS: dict[str, str] = {}
"""Cases that we fail on purpose, each with the section of RFC 7208 that is the reason."""


@dataclass(frozen=True)
class Case:
    name: str
    client: str
    sender: str
    helo: str
    results: tuple[str, ...]
    explanation: str | None
    zone: dict[str, Any]


def _cases() -> list[Case]:
    archive = FOLDER / ARCHIVE
    if not archive.is_file():
        return []
    with tarfile.open(archive) as tar:
        member = tar.extractfile(MEMBER)
        assert member is not None
        scenarios = list(yaml.safe_load_all(member.read()))
    return [case for scenario in scenarios for case in _of(scenario)]


def _of(scenario: dict[str, Any]) -> Iterator[Case]:
    for name, test in scenario["tests"].items():
        results = test["result"]
        yield Case(
            f"{scenario['description']}: {name}",
            str(test["host"]),
            str(test["mailfrom"]),
            str(test["helo"]),
            tuple(results) if isinstance(results, list) else (results,),
            test.get("explanation"),
            scenario["zonedata"],
        )


def _world(zone: dict[str, Any]) -> World:
    return World({str(name): _records(entries) for name, entries in zone.items()})


def _records(entries: list[Any]) -> dict[str, tuple[str, ...] | Lookup]:
    """The records of a name. SPF records stand for TXT records, unless it has some itself or
    `TXT: NONE`. After a bare TIMEOUT nothing is answered about types without records."""
    records: dict[str, tuple[str, ...] | Lookup] = {}
    for entry in entries:
        if isinstance(entry, dict):
            for kind, value in entry.items():
                records[kind] = (*records.get(kind, ()), *_data(kind, value))
    for kind in ("TXT", "A", "AAAA", "MX", "PTR"):
        if kind == "TXT" and "SPF" in records and "TXT" not in records:
            records["TXT"] = records["SPF"]
        if "TIMEOUT" in entries and not records.get(kind):
            records[kind] = FAILED
    return records


def _data(kind: str, value: Any) -> tuple[str, ...]:
    if kind in ("TXT", "SPF"):
        strings = [value] if isinstance(value, str) else value
        return () if value == "NONE" else (joined(text.encode() for text in strings),)
    return (" ".join(map(str, value)) if isinstance(value, list) else str(value),)


CASES = _cases()


@pytest.mark.skipif(
    not CASES,
    reason=f"{FOLDER / ARCHIVE} is missing: run `make setup`, or "
    "`pip download --no-binary :all: --no-deps pyspf==2.0.14` into that folder",
)
def test_the_whole_suite_is_there() -> None:
    assert len(CASES) == CASES_IN_ALL
    assert {case.name for case in CASES} >= set(NOT_OURS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    verdict = check_sender(case.client, case.sender, case.helo, _world(case.zone))
    if case.name in NOT_OURS:
        assert verdict.result.value not in case.results, "no longer a case that we fail"
        return
    assert verdict.result.value in case.results, verdict
    if case.explanation is not None:
        assert (verdict.explanation or DEFAULT_EXPLANATION) == case.explanation
