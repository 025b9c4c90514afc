"""One host from its connection to its end, whatever lies between: somebody else's lock is waited
for where that is wanted, and a lost connection is followed by the question how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from mailctl.deploy.aftermath import Connect, Pause, ended
from mailctl.deploy.apply import Applied, Proceed, Report, always, silent
from mailctl.deploy.host import Remote
from mailctl.deploy.script import DEFAULT_ERRAND, Errand
from mailctl.errors import Locked, OutcomeUnknown

RETRY = 2.0
"""Seconds between one look at a lock and the next."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """How it is tried. `wait` is how many seconds a lock is waited for, 0 for not at all;
    `pause` may come back early once nobody proceeds any more."""

    connect: Connect
    errand: Errand = DEFAULT_ERRAND
    report: Report = silent
    proceed: Proceed = always
    pause: Pause = time.sleep
    wait: float = 0
    clock: Callable[[], float] = time.monotonic

    def make(self, act: Callable[[Remote], Applied]) -> Applied:
        """What `act` does on the connected host; raises a HostError that says how it stands."""
        try:
            with self.connect() as remote:
                return self._unlocked(lambda: act(remote))
        except OutcomeUnknown as unknown:
            return ended(unknown, self.connect, self.errand, self.report, self.pause)

    def _unlocked(self, act: Callable[[], Applied]) -> Applied:
        until = self.clock() + self.wait
        while True:
            try:
                return act()
            except Locked as error:
                left = until - self.clock()
                if left <= 0 or not self.proceed():
                    raise
                self.report(f"waiting: {error.message}")
                self.pause(min(RETRY, left))
