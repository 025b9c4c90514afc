"""Runs a fleet for a command, with the view that its options ask for.

Ctrl-C, and SIGTERM, which CI systems send instead, stop what is done on hosts in order.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, TypeVar

from mailctl.cli.fleet_options import Telling
from mailctl.cli.terminal import rewrites
from mailctl.cli.views.json_lines import JsonView
from mailctl.cli.views.progress import ProgressView
from mailctl.cli.views.text import ErrorsView, TextView
from mailctl.deploy.apply import Applied
from mailctl.deploy.events import Sink, Summary
from mailctl.deploy.fleet import Fleet, exit_code

Result = TypeVar("Result")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(fleet: Fleet[Result], sink: Sink[Result]) -> Summary[Result]:
    """All ends, and the exit code; whoever calls tells it to `sink` when all else is said."""
    with _stopping(fleet.interrupt) as stopped:
        ended = fleet.run(sink)
    return Summary(ended, stopped.exit_code(exit_code(ended)))


def view_of_changes(telling: Telling, total: int) -> Sink[Applied]:
    """For commands that change hosts."""
    if telling.form == "json":
        return JsonView()
    text = TextView(telling.verbose, telling.quiet, several=total > 1)
    return text if telling.verbose or telling.quiet else _on_terminal(text, total)


def view_of_errors(total: int) -> Sink[Any]:
    """For commands that only look, and tell what they saw themselves."""
    return _on_terminal(ErrorsView(several=total > 1), total)


def _on_terminal(lasting: Sink[Result], total: int) -> Sink[Result]:
    """With a line of progress, where there is a terminal to rewrite it on."""
    return ProgressView(lasting, total) if rewrites(err=True) else lasting


@dataclass(slots=True)
class _Stopped:
    """Which signal came first; 0 while none did."""

    number: int = 0

    def exit_code(self, otherwise: int) -> int:
        """128 and the signal, as shells have it."""
        return 128 + self.number if self.number else otherwise


@contextmanager
def _stopping(interrupt: Callable[[], None]) -> Iterator[_Stopped]:
    """Within it both signals call `interrupt`; one that is ignored (nohup) stays so."""
    stopped = _Stopped()

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
