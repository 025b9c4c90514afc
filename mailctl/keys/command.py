"""Runs a command that prints a secret: no shell, no input, a limit of time and of output.

What it says on standard error is dropped, because a decryption tool may quote what it reads
there; whoever wants to see it runs the command by hand.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from pathlib import Path

from mailctl.errors import SecretError

PATIENCE = 30.0
"""Seconds. A person who touches a hardware key is in time, a hung agent is not waited for."""


def first_output(
    argv: tuple[str, ...], folder: Path, limit: int, patience: float = PATIENCE
) -> bytes:
    """At most `limit` bytes of standard output. Raises SecretError when the command cannot be
    started, fails, or takes too long; only the program's name is quoted, for the arguments
    may hold secrets."""
    program = argv[0]
    by_hand = "run the command by hand to see why"
    try:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that its children can be ended with it
        )
    except OSError as error:
        raise SecretError(
            f"the command {program} cannot be run: {error.strerror}", by_hand
        ) from None
    try:
        output, whole = _read(process, limit, time.monotonic() + patience)
        if not whole:
            raise SecretError(f"the command {program} printed more than {limit} bytes", by_hand)
        status = process.wait(timeout=patience)
    except (TimeoutError, subprocess.TimeoutExpired):
        raise SecretError(
            f"the command {program} did not end within {patience:g} s", by_hand
        ) from None
    finally:
        _end(process)
    if status != 0:
        raise SecretError(f"the command {program} failed with {_ending(status)}", by_hand)
    return output


def _read(process: subprocess.Popen[bytes], limit: int, deadline: float) -> tuple[bytes, bool]:
    """The output until its end, and whether it fitted. Raises TimeoutError at the deadline."""
    assert process.stdout is not None  # noqa: S101 - opened as a pipe above
    output = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while len(output) <= limit:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            part = os.read(process.stdout.fileno(), limit + 1 - len(output))
            if not part:
                return output, True
            output += part
    return output, False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing that the command started stays behind, also when it left children."""
    if process.stdout is not None:
        process.stdout.close()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    except PermissionError:  # it became another user; it has ended, or it ends at its pipe
        pass
    process.wait()


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
