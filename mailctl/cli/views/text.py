"""For people: a line for each host as it ends, its errors to standard error, a table at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from mailctl.cli.terminal import painted, shown
from mailctl.cli.unheard import say
from mailctl.deploy.events import Ended, Event, Noted, Step, Stopping, Summary
from mailctl.errors import NotBegun

if TYPE_CHECKING:
    from mailctl.errors import HostError

Result = TypeVar("Result")

STOPPING = (
    "stopping: hosts that have not switched yet keep what they have, the others go back; "
    "once more, and they are left to do so alone"
)


@dataclass(slots=True)
class TextView(Generic[Result]):
    """`said` is what a result is in words, empty for one that is told elsewhere; `table` is the
    last word on all hosts. `steps`: each step is a line of its own, to standard error. `quiet`
    leaves errors, warnings, and the last line."""

    said: Callable[[Result], str]
    table: Callable[[Summary[Result]], str] | None = None
    steps: bool = False
    quiet: bool = False
    several: bool = False

    def hear(self, event: Event[Result]) -> None:
        match event:
            case Step(host, text):
                if self.steps and not self.quiet:
                    say(shown(f"{host}: {text}"), err=True)
            case Noted():
                self._note(event)
            case Ended():
                self._end(event)
            case Stopping():
                say(STOPPING, err=True)
            case Summary():
                self._close(event)
            case _:
                pass

    def _note(self, note: Noted) -> None:
        if note.warning:
            say(shown(f"warning: {note.text}"), err=True)
        elif not self.quiet:
            say(shown(f"{note.host}: {note.text}"))

    def _end(self, one: Ended[Result]) -> None:
        if one.error is not None:
            # of many that were not begun the last line tells
            if not (self.several and isinstance(one.error, NotBegun)):
                say(error_text(one.error), err=True)
        elif one.result is not None:
            self._result(one.host, self.said(one.result))

    def _result(self, host: str, text: str) -> None:
        if text and not (self.quiet and self.several):
            say(f"{host}: {text}")

    def _close(self, summary: Summary[Result]) -> None:
        if not self.several:
            return
        if self.table is not None and not self.quiet:
            say(self.table(summary), nl=False, err=True)
        if last := last_line(summary, always=self.table is not None):
            say(last, err=True)


def error_text(error: HostError) -> str:
    """One line, and below it what a program on the host said, if it did."""
    return painted(shown(str(error)), err=True, fg="red")


def last_line(summary: Summary[Result], *, always: bool) -> str:
    """`3 of 5 hosts are well; not mail2; not begun: mail3`; of hosts that are all well it is said
    only `always`."""
    errors = [one.error for one in summary.ended if one.error is not None]
    if not errors and not always:
        return ""
    waiting = [error.host for error in errors if isinstance(error, NotBegun)]
    failed = [error.host for error in errors if not isinstance(error, NotBegun)]
    well = len(summary.ended) - len(errors)
    return "; ".join(
        (
            f"{well} of {len(summary.ended)} hosts are well",
            *((f"not {', '.join(failed)}",) if failed else ()),
            *((f"not begun: {', '.join(waiting)}",) if waiting else ()),
        )
    )
