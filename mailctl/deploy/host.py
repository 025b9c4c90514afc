"""A host as deploy sees it: something that runs a script, with bytes in and bytes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

Answer = Callable[[str], bytes]
"""Given each line that the script prints, without its end; what it says goes to standard input."""


class HeardEnough(Exception):
    """What an answer raises when the script has nothing more to say or to do: its input ends, and
    nobody waits for its end, which costs a way there and back."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a script ended: its exit status and all that it printed."""

    status: int
    stdout: bytes
    stderr: bytes


class Remote(Protocol):
    """One connection to one host. `ssh.py` and `local.py` stand behind it."""

    name: str
    execs: int
    """How many scripts were run so far; benchmarks hold the number."""

    def run(
        self,
        script: bytes,
        stdin: bytes = b"",
        timeout: float = 60,
        answer: Answer | None = None,
    ) -> Outcome:
        """Run a script of sh(1) as root (through sudo where the spec says so), to its end.

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
