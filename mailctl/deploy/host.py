"""A host as deploy sees it: something that runs one command with bytes in and bytes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

Answer = Callable[[str], bytes]
"""Given each line that the command prints, without its end; what it says goes to standard input."""


class HeardEnough(Exception):
    """What an answer raises when the command has nothing more to say or to do: its input ends, and
    nobody waits for its end, which costs a way there and back."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: its exit status and all that it printed."""

    status: int
    stdout: bytes
    stderr: bytes


class Remote(Protocol):
    """One connection to one host. `ssh.py` and `local.py` stand behind it."""

    name: str
    execs: int
    """How many commands were run so far; benchmarks hold the number."""

    def run(
        self,
        argv: tuple[str, ...],
        stdin: bytes = b"",
        timeout: float = 60,
        answer: Answer | None = None,
    ) -> Outcome:
        """Run argv as root (through sudo where the spec says so) and wait for its end.

        With `answer` standard input stays open after `stdin`, and each line of output is
        answered as it comes; `timeout`, in seconds, then holds for each silence. An answer may
        raise HeardEnough; the status is 0 then.
        Raises a HostError when the connection breaks or the time is over.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
