"""Sieve scripts before the real compiler, where this machine has one (sievec(1))."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mailctl.errors import Issue
from mailctl.model.system import System
from mailctl.spec.references import scripts

_SECONDS = 20
_ERROR = re.compile(r"(?P<script>[^:\n]*): line (?P<line>\d+): error: (?P<message>[^\n]*)")


def sievec_path() -> str | None:
    """The compiler of this machine, if there is one."""
    return shutil.which("sievec")


def compile_faults(system: System) -> Iterator[Issue]:
    """What the local sievec refuses of the spec's scripts; nothing where there is none.

    A sievec that cannot start (no Dovecot configuration, say) is no fault of a script.
    """
    compiler = sievec_path()
    if compiler is None:
        return
    for path in scripts(system):
        yield from _faults_of(compiler, path)


def _faults_of(compiler: str, path: Path) -> Iterator[Issue]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "script.sieve"
        copy.write_bytes(path.read_bytes())
        try:
            done = subprocess.run(
                (compiler, str(copy), str(copy.with_suffix(".svbin"))),
                capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return
    if done.returncode == 0:
        return
    for match in _ERROR.finditer(done.stderr):
        yield Issue(str(path), int(match["line"]), 1, "sieve", match["message"].rstrip("."),
                    "sievec refuses it")  # fmt: skip
