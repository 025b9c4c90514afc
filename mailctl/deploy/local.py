"""This machine as a host: the same scripts, without SSH."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from types import TracebackType
from typing import IO, Self

from mailctl.deploy.host import Answer, HeardEnough, Outcome
from mailctl.errors import Unreachable


def reading(script: bytes) -> tuple[str, ...]:
    """The argv of an sh that reads a script of this length from its standard input, as in
    session.py: no list of processes shows it."""
    return ("sh", "-c", 'eval "$(head -c "$1")"', "mailctl", str(len(script)))


class LocalRemote:
    """Runs the agent here, as whoever we are, optionally through another program.

    `through` is an argv that sh is appended to, as `("systemd-nspawn", ...)`.
    """

    def __init__(self, name: str, through: tuple[str, ...] = ()) -> None:
        self.name = name
        self.execs = 0
        self._through = through

    def run(
        self,
        script: bytes,
        stdin: bytes = b"",
        timeout: float = 60,
        answer: Answer | None = None,
    ) -> Outcome:
        """As in host.Remote."""
        self.execs += 1
        with subprocess.Popen(
            (*self._through, *reading(script)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            timer = threading.Timer(timeout, process.kill)
            timer.start()
            try:
                stdout, stderr = _converse(process, script + stdin, answer)
                status = process.wait()
            finally:
                timer.cancel()
                process.kill()
        if status < 0:
            raise Unreachable(self.name, f"the command ended by signal {-status}")
        return Outcome(status, stdout, stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


def _converse(
    process: subprocess.Popen[bytes], stdin: bytes, answer: Answer | None
) -> tuple[bytes, bytes]:
    """All that the process says, answered line by line."""
    if answer is None:
        return process.communicate(stdin)
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise AssertionError("the process was started with pipes")
    errors: list[bytes] = []
    reader = threading.Thread(
        target=lambda pipe: errors.append(pipe.read()), args=(process.stderr,)
    )
    reader.start()
    lines: list[bytes] = []
    _say(process.stdin, stdin)
    with contextlib.suppress(HeardEnough):
        for line in process.stdout:
            lines.append(line)
            _say(process.stdin, answer(line.decode("utf-8", "replace").rstrip("\n")))
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    reader.join()
    return b"".join(lines), b"".join(errors)


def _say(pipe: IO[bytes], data: bytes) -> None:
    """A command that ends before it has read all is judged by its status, not by this."""
    with contextlib.suppress(BrokenPipeError):
        pipe.write(data)
        pipe.flush()
