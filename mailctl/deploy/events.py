"""What is told while hosts are worked on, and who hears it; renderers stand in `cli/views/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from mailctl.errors import HostError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Begun:
    """Work on a host begins; one that never begins has only its end."""

    host: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a host does now."""

    host: str
    text: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something to know that stops nothing; `warning` where it may be amiss."""

    host: str
    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Ended(Generic[Result]):
    """One host's end: a result, or the error that says why there is none; and what it took."""

    host: str
    result: Result | None = None
    error: HostError | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stopping:
    """Somebody wants to stop: hosts come to a known state, and no other one is begun."""


@dataclass(frozen=True, slots=True)
class Summary(Generic[Result]):
    """All ends, wave after wave, and the exit code; the last thing that is told."""

    ended: tuple[Ended[Result], ...]
    exit_code: int


Event = Begun | Step | Noted | Ended[Result] | Stopping | Summary[Result]


class Sink(Protocol[Result]):
    """Hears everything in one thread, in the order in which it happened on each host."""

    def hear(self, event: Event[Result]) -> None: ...
