"""Several hosts at once, each in a thread of its own; what ails one never stops another."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mailctl.errors import EXIT_ERROR, EXIT_OK, EXIT_SOME_HOSTS_FAILED, HostError

Result = TypeVar("Result")

WORKERS = 32
"""Hosts that are worked on at one time; the others wait for their turn."""


@dataclass(frozen=True, slots=True)
class Ended(Generic[Result]):
    """One host's end: a result, or the error that says why there is none."""

    host: str
    result: Result | None = None
    error: HostError | None = None


@dataclass(slots=True)
class Fleet(Generic[Result]):
    """Work for hosts. `stop()` lets every host come to a known state and begins no other one.

    `interrupted` is called at the first Ctrl-C, to say that ending in order takes a moment.
    """

    work: Callable[[str], Result]
    interrupted: Callable[[], None] = lambda: None
    _stopping: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """As after Ctrl-C: work asks `proceeds` before each step that cannot be undone."""
        self._stopping.set()

    def proceeds(self) -> bool:
        """False once somebody wants to stop."""
        return not self._stopping.is_set()

    def run(
        self, hosts: Iterable[str], heard: Callable[[Ended[Result]], None]
    ) -> tuple[Ended[Result], ...]:
        """Work on all of them; `heard` is told of each as it ends, in this thread.

        The first KeyboardInterrupt stops in order, and the second one is raised. Any error that
        is not a HostError is a fault of ours and raised when all have ended.
        """
        names = list(hosts)
        todo: queue.SimpleQueue[str] = queue.SimpleQueue()
        done: queue.SimpleQueue[Ended[Result] | BaseException] = queue.SimpleQueue()
        for name in names:
            todo.put(name)
        for _ in range(min(WORKERS, len(names))):
            # daemons: after a second Ctrl-C nobody waits for them
            threading.Thread(target=self._labour, args=(todo, done), daemon=True).start()
        ended: dict[str, Ended[Result]] = {}
        faults: list[BaseException] = []
        while len(ended) + len(faults) < len(names):
            one = self._next(done)
            if isinstance(one, BaseException):
                faults.append(one)
                continue
            ended[one.host] = one
            heard(one)
        for fault in faults:
            raise fault
        return tuple(ended[name] for name in names)

    def _next(
        self, done: queue.SimpleQueue[Ended[Result] | BaseException]
    ) -> Ended[Result] | BaseException:
        try:
            return done.get()
        except KeyboardInterrupt:
            if not self.proceeds():
                raise
            self.stop()
            self.interrupted()
            return done.get()

    def _labour(
        self,
        todo: queue.SimpleQueue[str],
        done: queue.SimpleQueue[Ended[Result] | BaseException],
    ) -> None:
        while True:
            try:
                name = todo.get_nowait()
            except queue.Empty:
                return
            done.put(self._one(name))

    def _one(self, name: str) -> Ended[Result] | BaseException:
        if not self.proceeds():
            return Ended(name, error=HostError(name, "not begun", "run it again"))
        try:
            return Ended(name, result=self.work(name))
        except HostError as error:
            return Ended(name, error=error)
        except BaseException as fault:  # noqa: BLE001 - raised again where it is waited for
            return fault


def exit_code(ended: Iterable[Ended[Result]]) -> int:
    """0 when all hosts are well, 1 when none is, 3 when some are."""
    failed = [one.error is not None for one in ended]
    if not any(failed):
        return EXIT_OK
    return EXIT_ERROR if all(failed) else EXIT_SOME_HOSTS_FAILED
