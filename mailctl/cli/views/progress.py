"""For people at a terminal: one line that says how far all is, written over as it changes.

Everything else is written above it by another view. The line is never longer than the terminal
is wide, for one that wraps cannot be written over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mailctl.cli.terminal import shown, width
from mailctl.cli.unheard import say
from mailctl.deploy.events import Begun, Ended, Event, Sink, Step, Summary

Result = TypeVar("Result")

_CLEAR = "\r\x1b[K"


@dataclass(slots=True)
class ProgressView(Generic[Result]):
    """The line, and `lasting`, which writes what stays; `total` is how many hosts there are."""

    lasting: Sink[Result]
    total: int
    _done: int = 0
    _now: dict[str, str] = field(default_factory=dict)
    _drawn: bool = False

    def hear(self, event: Event[Result]) -> None:
        match event:
            case Begun(host):
                self._now[host] = "connecting"
            case Step(host, text):
                # the host that said something last stands first
                self._now.pop(host, None)
                self._now = {host: shown(text).replace("\n", " "), **self._now}
            case _:
                self._clear()
                self.lasting.hear(event)
        if isinstance(event, Ended):
            self._now.pop(event.host, None)
            self._done += 1
        if not isinstance(event, Summary):
            self._draw()

    def _clear(self) -> None:
        if self._drawn:
            say(_CLEAR, nl=False, err=True)
            self._drawn = False

    def _draw(self) -> None:
        if not self._now:
            return
        say(_CLEAR + self.line()[: width() - 1], nl=False, err=True)
        self._drawn = True

    def line(self) -> str:
        """`3/10 done, mail2: checking, mail4: connecting`."""
        at_work = ", ".join(f"{host}: {text}" for host, text in self._now.items())
        return f"{self._done}/{self.total} done, {at_work}"
