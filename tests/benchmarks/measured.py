"""A whole process: its wall seconds and its memory.

    python tests/benchmarks/measured.py PROGRAM ARGUMENT...

A program is started by a small process of its own, for the peak that getrusage(2) tells of a child
begins with the size of whoever forked it. Its output goes to a file and not to a pipe: ssh(1)
leaves masters behind that keep a pipe open.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall seconds; the resident peak in MiB of its largest process; what it printed."""

    seconds: float
    mib: float
    output: str


def measure(
    argv: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Measured:
    """Run it in this folder to its end; a failure ends the benchmark with its last words."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as figures:
        status = subprocess.run(
            [sys.executable, __file__, str(figures.fileno()), *argv],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[figures.fileno()],
            check=False,
        ).returncode
        output.seek(0)
        figures.seek(0)
        said = output.read()
        if status != 0:
            raise SystemExit(f"{' '.join(argv)}\n{said[-3000:]}\nended with status {status}")
        seconds, mib = json.load(figures)
    return Measured(seconds, mib, said)


def main(figures: int, argv: list[str]) -> int:
    """In the small process: run, and write the figures."""
    begun = time.perf_counter()
    status = subprocess.run(argv, check=False).returncode
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    os.write(figures, json.dumps([seconds, peak]).encode())
    return status


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
