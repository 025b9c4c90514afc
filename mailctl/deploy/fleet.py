"""Several hosts at once, each in a thread of its own; what ails one never stops another that is
being worked on. Waves are changed one after the other, and only while all is well."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from mailctl.deploy.events import Begun, Ended, Event, Noted, Sink, Step, Stopping
from mailctl.deploy.turns import Turns
from mailctl.deploy.waves import Waves
from mailctl.errors import (
    EXIT_ERROR,
    EXIT_OK,
    EXIT_SOME_HOSTS_FAILED,
    HostError,
    Locked,
    NotBegun,
    OutcomeUnknown,
)

Result = TypeVar("Result")

PARALLEL = 32
"""Hosts that are worked on at one time; the others wait for their turn. A connection costs this
machine a thread and some milliseconds of key exchange; the hosts know nothing of each other."""


STOPPED = "it was stopped"


class NotYet(Exception):
    """The host has something to do, and its turn has not come; the work is begun anew then."""


class _Leave(Enum):
    """To the thread that waits: the second wish to stop."""

    NOW = "now"


@dataclass(frozen=True, slots=True)
class _Waits:
    """A host whose work ended with NotYet."""

    host: str


@dataclass(frozen=True, slots=True)
class _Fault:
    """A host whose work ended with an error that is ours."""

    host: str
    error: BaseException


@dataclass(slots=True)
class Fleet(Generic[Result]):
    """Work for hosts, `parallel` at a time; none is begun once more than `max_failures` failed.

    `interrupt()` lets every host come to a known state and begins no other one. Work that finds
    something to do asks for its `turn` first; it asks `proceeds` before each step that cannot be
    undone, and tells its steps by `step`.
    """

    work: Callable[[str], Result]
    waves: Waves
    parallel: int = PARALLEL
    max_failures: int | None = None
    clock: Callable[[], float] = time.monotonic
    _turns: Turns = field(init=False)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _told: queue.SimpleQueue[Event[Result] | _Waits | _Fault | _Leave] = field(
        default_factory=queue.SimpleQueue
    )
    _wishes: int = 0
    _failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._turns = Turns(self.waves)

    def interrupt(self) -> None:
        """As by Ctrl-C: the first one stops in order, the second one waits for nobody. Safe in a
        signal handler, also within itself."""
        self._wishes += 1
        if self._wishes == 1:
            self._stopping.set()
            self._told.put(Stopping())
        else:
            self._told.put(_Leave.NOW)

    def proceeds(self) -> bool:
        """False once somebody wants to stop."""
        return not self._stopping.is_set()

    def turn(self, name: str) -> None:
        """For the work on a host, before it changes anything there. Raises NotYet, which the work
        lets through, and NotBegun where its turn never comes."""
        if reason := self._turns.why_never(name) or self._why_not():
            raise not_begun(name, reason)
        if not self._turns.has_come(name):
            raise NotYet

    def pause(self, seconds: float) -> None:
        """Sleep; a wish to stop does not shorten it twice, so that who pauses may go on asking."""
        if self.proceeds():
            self._stopping.wait(seconds)
        else:
            time.sleep(seconds)

    def step(self, host: str) -> Callable[[str], None]:
        """For the work on a host: tells what it does now."""
        return lambda text: self._told.put(Step(host, text))

    def note(self, host: str, text: str, *, warning: bool = False) -> None:
        """For the work on a host: tells something that stops nothing."""
        self._told.put(Noted(host, text, warning))

    def run(self, sink: Sink[Result]) -> tuple[Ended[Result], ...]:
        """Work on all of them; `sink` hears of everything in this thread. All ends, wave after
        wave. Any error that is not a HostError is a fault of ours, raised when all have ended."""
        names = [name for wave in self.waves for name in wave]
        todo: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        for name in names:
            todo.put(name)
        threads = min(self.parallel, len(names))
        for _ in range(threads):
            # daemons: after a second Ctrl-C nobody waits for them
            threading.Thread(target=self._labour, args=(todo,), daemon=True).start()
        ends = _Ends(names, self._turns, sink)
        while not ends.are_all:
            self._take(ends)
            for name in ends.called():
                todo.put(name)
        for _ in range(threads):
            todo.put(None)
        self._hear_the_rest(sink)
        return ends.in_order()

    def _take(self, ends: _Ends[Result]) -> None:
        """The next that is told."""
        match self._told.get():
            case _Leave():
                ends.leave()
            case _Waits(host):
                ends.wait(host)
            case _Fault() as fault:
                ends.fault(fault)
            case event:
                ends.hear(event)

    def _hear_the_rest(self, sink: Sink[Result]) -> None:
        while not self._told.empty():
            one = self._told.get()
            if isinstance(one, Noted):
                sink.hear(one)

    def _labour(self, todo: queue.SimpleQueue[str | None]) -> None:
        while (name := todo.get()) is not None:
            self._told.put(self._one(name))

    def _one(self, name: str) -> Ended[Result] | _Waits | _Fault:
        if reason := self._why_not():
            return Ended(name, error=not_begun(name, reason))
        self._told.put(Begun(name))
        since = self.clock()
        try:
            return Ended(name, result=self.work(name), seconds=self.clock() - since)
        except NotYet:
            return _Waits(name)
        except HostError as error:
            if not isinstance(error, NotBegun):
                self._failed.append(name)
            return Ended(name, error=error, seconds=self.clock() - since)
        except BaseException as fault:  # noqa: BLE001 - raised again where it is waited for
            return _Fault(name, fault)

    def _why_not(self) -> str:
        """Why no further host is begun; empty while nothing speaks against it."""
        if not self.proceeds():
            return STOPPED
        if self.max_failures is not None and len(self._failed) > self.max_failures:
            return f"{', '.join(self._failed)} failed"
        return ""


@dataclass(slots=True)
class _Ends(Generic[Result]):
    """What is known of the hosts, in the thread that hears of them."""

    names: list[str]
    turns: Turns
    sink: Sink[Result]
    begun: set[str] = field(default_factory=set)
    ended: dict[str, Ended[Result]] = field(default_factory=dict)
    faults: list[_Fault] = field(default_factory=list)

    @property
    def are_all(self) -> bool:
        return len(self.ended) + len(self.faults) >= len(self.names)

    def in_order(self) -> tuple[Ended[Result], ...]:
        """Of all hosts; raises the first fault."""
        for fault in self.faults:
            raise fault.error
        return tuple(self.ended[name] for name in self.names)

    def hear(self, event: Event[Result]) -> None:
        """Note it and pass it on, the begin of a host once."""
        if isinstance(event, Begun):
            if event.host in self.begun:
                return
            self.begun.add(event.host)
        if isinstance(event, Ended):
            self.ended[event.host] = event
            self.turns.ended(event.host, well=event.error is None)
        if isinstance(event, Stopping):
            self.turns.hold(STOPPED)
        self.sink.hear(event)

    def wait(self, name: str) -> None:
        """The host has something to do, and its turn had not come when it asked."""
        self.turns.wait(name)
        if (others := self.turns.awaited()) and not self.turns.has_come(name):
            self.sink.hear(Step(name, f"waiting for {', '.join(others)}"))

    def called(self) -> tuple[str, ...]:
        """Hosts that waited and are begun anew; those whose turn never comes have ended."""
        now = self.turns.called()
        never = {name: self.turns.why_never(name) for name in now}
        for name, reason in never.items():
            if reason:
                self.hear(Ended(name, error=not_begun(name, reason)))
        return tuple(name for name in now if not never[name])

    def fault(self, fault: _Fault) -> None:
        """Waited with until all have ended, for they are at work on hosts."""
        self.faults.append(fault)
        self.turns.ended(fault.host, well=False)

    def leave(self) -> None:
        """Nobody waits any more: whoever has not ended is left as it is."""
        gone = {*self.ended, *(fault.host for fault in self.faults)}
        for name in self.names:
            if name not in gone:
                error = left(name) if name in self.begun else not_begun(name, STOPPED)
                self.hear(Ended(name, error=error))


def left(name: str) -> OutcomeUnknown:
    """The error of a host that we left while it was at work."""
    return OutcomeUnknown(
        name,
        "left while it was at work; unless all was done, it goes back by itself",
        f"see how it ended: mailctl generations {name}",
        base=0,
        digest="",
    )


def not_begun(name: str, reason: str) -> NotBegun:
    """The error of a host on which nothing was changed."""
    return NotBegun(name, f"not begun, for {reason}; nothing was changed", "run it again")


def exit_code(ended: Iterable[Ended[Result]]) -> int:
    """0 when all hosts are well, 1 when none is, 3 when some are. A host where somebody else is at
    work is not broken, so that the same command may do a moment later: 3 as well."""
    errors = [one.error for one in ended]
    if not any(errors):
        return EXIT_OK
    wholly = all(error is not None and not isinstance(error, Locked) for error in errors)
    return EXIT_ERROR if wholly else EXIT_SOME_HOSTS_FAILED
