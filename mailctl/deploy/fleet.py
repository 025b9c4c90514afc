"""Several hosts at once, each in a thread of its own; what ails one never stops another that is
being worked on. Waves follow each other only while all is well."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from mailctl.deploy.events import Begun, Ended, Event, Noted, Sink, Step, Stopping
from mailctl.deploy.waves import Waves
from mailctl.errors import (
    EXIT_ERROR,
    EXIT_OK,
    EXIT_SOME_HOSTS_FAILED,
    HostError,
    NotBegun,
    OutcomeUnknown,
)

Result = TypeVar("Result")

PARALLEL = 32
"""Hosts that are worked on at one time; the others wait for their turn. A connection costs this
machine a thread and some milliseconds of key exchange; the hosts know nothing of each other."""


class _Word(Enum):
    """To the thread that waits: the second wish to stop."""

    LEAVE = "leave"


@dataclass(slots=True)
class Fleet(Generic[Result]):
    """Work for hosts, `parallel` at a time; none is begun once more than `max_failures` failed.

    `interrupt()` lets every host come to a known state and begins no other one. Work asks
    `proceeds` before each step that cannot be undone, and tells its steps by `step`.
    """

    work: Callable[[str], Result]
    parallel: int = PARALLEL
    max_failures: int | None = None
    clock: Callable[[], float] = time.monotonic
    _stopping: threading.Event = field(default_factory=threading.Event)
    _told: queue.SimpleQueue[Event[Result] | _Word | BaseException] = field(
        default_factory=queue.SimpleQueue
    )
    _wishes: int = 0
    _failed: list[str] = field(default_factory=list)
    _held: str = ""

    def interrupt(self) -> None:
        """As by Ctrl-C: the first one stops in order, the second one waits for nobody. Safe in a
        signal handler, also within itself."""
        self._wishes += 1
        if self._wishes == 1:
            self._stopping.set()
            self._told.put(Stopping())
        else:
            self._told.put(_Word.LEAVE)

    def proceeds(self) -> bool:
        """False once somebody wants to stop."""
        return not self._stopping.is_set()

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

    def run(self, waves: Waves, sink: Sink[Result]) -> tuple[Ended[Result], ...]:
        """Work on all of them, wave after wave; `sink` hears of everything in this thread.

        Any error that is not a HostError is a fault of ours, raised when its wave has ended.
        """
        ended: dict[str, Ended[Result]] = {}
        for wave in waves:
            of_it = self._wave(wave, sink)
            ended |= of_it
            if not self._held and (ill := [n for n, one in of_it.items() if one.error]):
                self._held = f"{', '.join(ill)}, which had to go first, {_is_or_are(ill)} not well"
        self._hear_the_rest(sink)
        return tuple(ended[name] for wave in waves for name in wave)

    def _wave(self, names: tuple[str, ...], sink: Sink[Result]) -> dict[str, Ended[Result]]:
        todo: queue.SimpleQueue[str] = queue.SimpleQueue()
        for name in names:
            todo.put(name)
        for _ in range(min(self.parallel, len(names))):
            # daemons: after a second Ctrl-C nobody waits for them
            threading.Thread(target=self._labour, args=(todo,), daemon=True).start()
        wave: _Wave[Result] = _Wave(names, sink)
        while not wave.is_over:
            said = self._told.get()
            if isinstance(said, _Word):
                wave.leave()
            elif isinstance(said, BaseException):
                wave.faults.append(said)
            else:
                wave.hear(said)
        for fault in wave.faults:
            raise fault
        return wave.ended

    def _hear_the_rest(self, sink: Sink[Result]) -> None:
        while not self._told.empty():
            one = self._told.get()
            if isinstance(one, Noted):
                sink.hear(one)

    def _labour(self, todo: queue.SimpleQueue[str]) -> None:
        while True:
            try:
                name = todo.get_nowait()
            except queue.Empty:
                return
            self._told.put(self._one(name))

    def _one(self, name: str) -> Ended[Result] | BaseException:
        if reason := self._why_not():
            return Ended(name, error=not_begun(name, reason))
        self._told.put(Begun(name))
        since = self.clock()
        try:
            return Ended(name, result=self.work(name), seconds=self.clock() - since)
        except HostError as error:
            self._failed.append(name)
            return Ended(name, error=error, seconds=self.clock() - since)
        except BaseException as fault:  # noqa: BLE001 - raised again where it is waited for
            return fault

    def _why_not(self) -> str:
        """Why no further host is begun; empty while nothing speaks against it."""
        if not self.proceeds():
            return "it was stopped"
        if self._held:
            return self._held
        if self.max_failures is not None and len(self._failed) > self.max_failures:
            return f"{len(self._failed)} others failed"
        return ""


@dataclass(slots=True)
class _Wave(Generic[Result]):
    """What is known of the hosts of one wave, in the thread that hears of them."""

    names: tuple[str, ...]
    sink: Sink[Result]
    ended: dict[str, Ended[Result]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    faults: list[BaseException] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return len(self.ended) + len(self.faults) >= len(self.names)

    def hear(self, event: Event[Result]) -> None:
        """Note it and pass it on; what comes from a wave that was left is of no use any more."""
        if isinstance(event, (Begun, Ended)) and event.host not in self.names:
            return
        if isinstance(event, Begun):
            self.begun.add(event.host)
        if isinstance(event, Ended):
            self.ended[event.host] = event
        self.sink.hear(event)

    def leave(self) -> None:
        """Nobody waits any more: whoever has not ended is left as it is."""
        for name in self.names:
            if name not in self.ended:
                error = left(name) if name in self.begun else not_begun(name, "it was stopped")
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
    """The error of a host that nobody went to."""
    return NotBegun(name, f"not begun, for {reason}", "run it again")


def _is_or_are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def exit_code(ended: Iterable[Ended[Result]]) -> int:
    """0 when all hosts are well, 1 when none is, 3 when some are."""
    failed = [one.error is not None for one in ended]
    if not any(failed):
        return EXIT_OK
    return EXIT_ERROR if all(failed) else EXIT_SOME_HOSTS_FAILED
