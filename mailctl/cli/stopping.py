"""Ctrl-C, and SIGTERM, which CI systems send instead: both stop what is done on hosts in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class Stopped:
    """Which signal came first; 0 while none did."""

    number: int = 0

    def exit_code(self, otherwise: int) -> int:
        """128 and the signal, as shells have it."""
        return 128 + self.number if self.number else otherwise


@contextmanager
def stopping(interrupt: Callable[[], None]) -> Iterator[Stopped]:
    """Within it both signals call `interrupt`; one that is ignored (nohup) stays so."""
    stopped = Stopped()

    def handle(number: int, _frame: FrameType | None) -> None:
        stopped.number = stopped.number or number
        interrupt()

    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    former = {number: signal.getsignal(number) for number in _SIGNALS}
    for number in _SIGNALS:
        if former[number] is not signal.SIG_IGN:
            signal.signal(number, handle)
    try:
        yield stopped
    finally:
        for number in _SIGNALS:
            signal.signal(number, former[number])
