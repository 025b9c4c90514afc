"""Every spec in this folder is refused, for its stated reasons, at their stated positions.

NAME.yaml, or the folder NAME with a mail.yaml, stands beside NAME.expect, whose lines are
`[file:]line:column: rule: a piece of the message`. Those errors and no others must come.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mailctl.cli.prepare import backend_findings
from mailctl.errors import Issue, SpecError
from mailctl.spec.load import examine

HERE = Path(__file__).parent
EXPECTED = sorted(HERE.glob("*.expect"))


def errors_of(spec: Path) -> list[Issue]:
    """All errors of a spec, those of the daemons' backends too."""
    try:
        loaded = examine(spec)
    except SpecError as error:
        return [issue for issue in error.issues if issue.severity == "error"]
    issues = loaded.issues(backend_findings(loaded.system))
    return [issue for issue in issues if issue.severity == "error"]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_is_refused_there_and_for_that(expected: Path) -> None:
    spec = expected.with_suffix(".yaml")
    if not spec.exists():
        spec = expected.with_suffix("") / "mail.yaml"
    wanted = expected.read_text().splitlines()
    assert wanted, "an empty expectation expects nothing"
    found = errors_of(spec)
    assert len(found) == len(wanted), "\n".join(map(str, found))
    for issue, line in zip(found, wanted, strict=True):
        name = "" if spec.parent == HERE else f"{Path(issue.path).relative_to(spec.parent)}:"
        place, rule, piece = line.split(": ", 2)
        assert f"{name}{issue.line}:{issue.column}" == place, str(issue)
        assert issue.rule == rule, str(issue)
        assert piece in issue.message, str(issue)


def test_each_spec_has_its_expectation() -> None:
    specs = {path.stem for path in HERE.glob("*.yaml")}
    specs |= {path.parent.name for path in HERE.glob("*/mail.yaml")}
    assert specs == {path.stem for path in EXPECTED}
    assert len(specs) >= 70


def _valid(quota: str = "5G") -> str:
    return (
        "mailctl: 1\n"
        "hosts:\n  mail: {fqdn: m.example.org, addresses: [203.0.113.1], platform: debian-12}\n"
        "domains:\n  example.org: {}\n"
        "users:\n  a@example.org:\n    password: {env: A}\n"
        f"    quota: {quota}\n"
    )


def _laughs() -> bytes:
    lines = ["a0: &a0 x"]
    lines += [f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]" for n in range(40)]
    return "\n".join(lines).encode()


GENERATED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a text of 10 MB": (lambda: _valid("x" * 10_000_000).encode(), "9:12: text-too-long"),
    "a quoted text of 10 MB": (lambda: _valid(f'"{"x" * 10_000_000}"').encode(), "9:12: text-too-"),
    "a key of 10 MB": (
        lambda: b"mailctl: 1\n? " + b"k" * 10_000_000 + b"\n: 1\n",
        "2:3: text-",
    ),
    "lists in lists": (lambda: _valid("[" * 100_000).encode(), "9:41: yaml-depth"),
    "mappings in mappings": (lambda: _valid("{a: " * 5_000).encode(), "9:128: yaml-depth"),
    "indented a hundred deep": (
        lambda: "".join(f"{' ' * n}k:\n" for n in range(100)).encode(),
        "33:33: yaml-depth",
    ),
    "anchors that explode": (_laughs, "7:10: yaml-alias"),
    "a NUL": (lambda: _valid("5G\0").encode(), "9:14: control-character"),
    "a raw escape": (lambda: _valid("\x1b[31m").encode(), "9:12: control-character"),
    "a raw NEL": (lambda: _valid("5\u0085G").encode(), "9:13: control-character"),
    "a raw line separator": (lambda: _valid("5\u2028G").encode(), "9:13: control-character"),
    "a domain of 16,000 characters": (
        lambda: b"mailctl: 1\ndomains: {? " + b"a." * 8000 + b" : {}}\n",
        "2:13: bad-domain",
    ),
    "U+FFFF": (lambda: _valid("5\uffffG").encode(), "9:13: control-character"),
    "a byte order mark within": (lambda: _valid("5\ufeffG").encode(), "9:13: control-character"),
    "a lonely carriage return": (lambda: _valid("5G\rx").encode(), "9:14: control-character"),
    "Latin-1": (lambda: _valid("'caf\u00e9'").encode("latin-1"), "9:16: encoding"),
    "UTF-16": (lambda: _valid().encode("utf-16"), "1:1: encoding"),
    "an overlong NUL": (lambda: _valid().encode() + b"\xc0\x80", "10:1: encoding"),
    "half a character": (lambda: _valid().encode() + b"# \xe2\x82", "10:3: encoding"),
    "a thousand hosts of nonsense": (
        lambda: ("mailctl: 1\nhosts:\n" + "".join(f"  h{n}: x\n" for n in range(2000))).encode(),
        "3:7: wrong-type",
    ),
}


@pytest.mark.parametrize("name", GENERATED)
def test_generated(name: str, tmp_path: Path) -> None:
    make, expected = GENERATED[name]
    spec = tmp_path / "mail.yaml"
    spec.write_bytes(make())
    with pytest.raises(SpecError) as caught:
        examine(spec)
    first = caught.value.issues[0]
    assert f"{first.line}:{first.column}: {first.rule}".startswith(expected), str(first)[:300]
    assert len(str(first)) < 500


def test_a_missing_file_a_folder_and_a_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, piece in (
        (tmp_path / "pipe", "no regular file"),
        (tmp_path / "nothing.yaml", "there is no such file"),
        (tmp_path, "this is a folder"),
        (Path("/dev/null"), "no regular file"),
        (tmp_path / "a\0b", "NUL"),
        (tmp_path / ("x" * 300), "cannot be read"),
    ):
        with pytest.raises(SpecError) as caught:
            examine(path)
        (issue,) = caught.value.issues
        assert piece in issue.message
        assert (issue.rule, issue.line, issue.column) == ("file", 1, 1)
