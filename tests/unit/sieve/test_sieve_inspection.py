"""What is said against scripts without a host. tests/daemons holds the same scripts against
the real sievec of both releases."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sieve_scripts import BAD, GOOD

from mailctl.sieve.fault import ScriptError
from mailctl.sieve.inspection import LARGEST, inspect

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("script", GOOD)
def test_good_scripts_pass(script: str) -> None:
    inspect(script.encode())


@pytest.mark.parametrize(
    "script", sorted(ROOT.glob("examples/*/sieve/*.sieve")), ids=lambda path: path.name
)
def test_the_examples_scripts_pass(script: Path) -> None:
    inspect(script.read_bytes())


@pytest.mark.parametrize(("script", "complaint"), BAD)
def test_bad_scripts_are_refused_where_they_are_bad(script: str, complaint: str) -> None:
    with pytest.raises(ScriptError) as caught:
        inspect(script.encode())
    assert str(caught.value) == complaint
    assert caught.value.hint, "the message says what to do instead"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ScriptError, match="2:1: the script is not UTF-8"):
        inspect(b"keep;\n# \xff\n")
    with pytest.raises(ScriptError, match="1:1: a NUL character"):
        inspect(b"keep;\0")
    with pytest.raises(ScriptError, match="are allowed"):
        inspect(b"#" * (LARGEST + 1))


@pytest.mark.parametrize(
    "script",
    [
        '"' * 1 + "a" * 250_000,
        "text:\n" + "a\n" * 100_000,
        "{" * 200_000,
        "if not " * 35_000,
        "/*" * 90_000,
    ],
)
def test_monsters_are_refused_quickly(script: str) -> None:
    began = time.perf_counter()
    with pytest.raises(ScriptError):
        inspect(script.encode())
    assert time.perf_counter() - began < 3
