"""A local sievec is asked, and its words become issues at the script's line."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec_building import accept, spec, write

from mailctl.spec.sieve_check import compile_faults

REFUSING = """#!/bin/sh
test "${2%.svbin}" = "${1%.sieve}" || exit 1
echo "script: line 2: error: the keep command requires 0 positional argument(s)." >&2
echo "script: error: validation failed." >&2
exit 89
"""


def _install(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, text, "bin/sievec").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:/usr/bin:/bin")


def _faults(folder: Path) -> list[str]:
    write(folder, 'keep;\nkeep "x";\n', "a.sieve")
    system = accept(folder, spec(more="    sieve: a.sieve\n")).system
    return [str(issue).removeprefix(f"{folder}/") for issue in compile_faults(system)]


def test_its_errors_have_their_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, REFUSING, monkeypatch)
    assert _faults(tmp_path) == [
        "a.sieve:2:1: sieve: the keep command requires 0 positional argument(s); sievec refuses it"
    ]


def test_its_own_troubles_are_no_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, "#!/bin/sh\necho Fatal: no configuration >&2; exit 89\n", monkeypatch)
    assert _faults(tmp_path) == []


def test_nothing_is_said_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _faults(tmp_path) == []
