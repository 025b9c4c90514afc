"""The cheap look at Sieve scripts refuses what sievec refuses, and nothing that it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailctl.spec.sieve_grammar import check_script

ROOT = Path(__file__).resolve().parents[3]

GOOD = {
    "empty": "",
    "comment": "# nothing\n/* at\n all */ keep;",
    "crlf": "keep;\r\nstop;\r\n",
    "escapes": 'require "fileinto"; fileinto "a\\"b\\\\";',
    "multi-line": 'require "vacation";\nvacation :days 7 text:\nAway; {soon}\n..dot\n.\n;\n',
    "empty multi-line": 'require "vacation";\nvacation text:\n.\n;',
    "tests": 'if anyof (not header :is ["a", "b"] "c", size :over 1M, true) { discard; }',
    "elsif": "if false { stop; } elsif true { keep; } else { discard; }",
    "capitals": 'REQUIRE "fileinto"; IF TRUE { FileInto "x"; }',
    "two requires": 'require "fileinto"; require "copy"; fileinto :copy "x";',
}


@pytest.mark.parametrize("name", GOOD)
def test_good(name: str) -> None:
    assert check_script(GOOD[name]) is None


@pytest.mark.parametrize(
    "script", sorted(ROOT.glob("examples/*/sieve/*.sieve")), ids=lambda p: p.name
)
def test_the_examples_scripts(script: Path) -> None:
    assert check_script(script.read_text()) is None


@pytest.mark.parametrize(
    ("script", "place", "piece"),
    [
        ("keep", (1, 5), "has no end"),
        ("keep;\n}", (2, 1), "closes nothing"),
        ("if true {\n if true {\n keep; }\n", (1, 9), "never closed"),
        ('if header :is ("a" "b" { keep; }', (1, 16), "a test belongs here"),
        ("if anyof (true, false { keep; }", (1, 10), "never closed"),
        ('redirect ["a" "b"];', (1, 15), "not closed"),
        ("redirect [a];", (1, 11), "texts in double quotes"),
        ("/* keep;", (1, 1), "comment has no end"),
        ("keep 'x';", (1, 6), "means nothing"),
        ('require "vacation"; vacation text:\nhello\n;', (1, 30), "no end"),
        ('if mailboxexists "x" { keep; }', (1, 4), "without its extension"),
        ("keep; 12;", (1, 7), "a command belongs here"),
        ("if true {" * 40, (1, 289), "nested more than"),
        ("if not " * 60 + "true { keep; }", (1, 116), "nested more than"),
        ('text:\n"', (1, 1), "no end"),
    ],
)
def test_bad(script: str, place: tuple[int, int], piece: str) -> None:
    fault = check_script(script)
    assert fault is not None
    assert piece in fault.message
    assert (fault.line, fault.column) == place
