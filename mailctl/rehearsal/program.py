"""Programs of this machine, run to their end: a failure is one sentence with what they said."""

from __future__ import annotations

import shlex
import subprocess

from mailctl.errors import RehearsalError


def run(*argv: str, stdin: bytes = b"") -> bytes:
    """Standard output of argv; raises RehearsalError with the last line of what it said."""
    ended = subprocess.run(argv, input=stdin, capture_output=True, check=False)
    if ended.returncode != 0:
        said = (ended.stderr or ended.stdout).decode(errors="replace").strip().splitlines()
        raise RehearsalError(
            f"`{shlex.join(argv[:6])}` failed with status {ended.returncode}: "
            f"{said[-1] if said else 'it said nothing'}"
        )
    return ended.stdout
