"""For people: a line for each host as it ends, its errors to standard error, a table at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mailctl.cli.terminal import painted, shown
from mailctl.cli.unheard import say
from mailctl.deploy.apply import Applied
from mailctl.deploy.ends import State, state_of, words
from mailctl.deploy.events import Ended, Event, Noted, Step, Stopping, Summary
from mailctl.errors import HostError, NotBegun

STOPPING = (
    "stopping: hosts that have not switched yet keep what they have, the others go back; "
    "once more, and they are left to do so alone"
)

_COLOURS = {State.CHANGED: "green", State.UNCHANGED: "green", State.NOT_BEGUN: "yellow"}


@dataclass(frozen=True, slots=True)
class ErrorsView:
    """For what only looks: the errors, and if there are any which of `several` hosts have them."""

    several: bool

    def hear(self, event: Event[Any]) -> None:
        match event:
            case Ended(error=HostError() as error):
                say(_error(error), err=True)
            case Stopping():
                say("stopping", err=True)
            case Summary(ended) if self.several and any(one.error for one in ended):
                say(last_line(ended), err=True)
            case _:
                pass


@dataclass(frozen=True, slots=True)
class TextView:
    """For what changes hosts. `steps`: each step is a line of its own. `quiet`: errors only."""

    steps: bool = False
    quiet: bool = False
    several: bool = False

    def hear(self, event: Event[Applied]) -> None:
        match event:
            case Ended(error=HostError() as error):
                say(_error(error), err=True)
            case _ if self.quiet:
                pass
            case Ended():
                say(f"{event.host}: {words(event)}")
            case Step(host, text) if self.steps:
                say(shown(f"{host}: {text}"), err=True)
            case Noted():
                _note(event)
            case Stopping():
                say(STOPPING, err=True)
            case Summary(ended) if self.several:
                say(table(ended) + last_line(ended), err=True)
            case _:
                pass


def _note(note: Noted) -> None:
    if note.warning:
        say(shown(f"warning: {note.text}"), err=True)
    else:
        say(shown(f"{note.host}: {note.text}"))


def _error(error: HostError) -> str:
    """One line, and below it what a program on the host said, if it did."""
    return painted(shown(str(error)), err=True, fg="red")


def table(ended: tuple[Ended[Applied], ...]) -> str:
    """Lines of host, state and seconds, those that went first before the others."""
    rows = [(one, words(one)) for one in ended]
    names = max(len(one.host) for one, _ in rows)
    texts = max(len(text) for _, text in rows)
    return "".join(
        f"{one.host:{names}}  {_in_colour(one, f'{text:{texts}}')}  {_seconds(one)}\n"
        for one, text in rows
    )


def _in_colour(one: Ended[Applied], text: str) -> str:
    return painted(text, err=True, fg=_COLOURS.get(state_of(one), "red"))


def _seconds(one: Ended[Applied]) -> str:
    return "      -" if state_of(one) is State.NOT_BEGUN else f"{one.seconds:5.1f} s"


def last_line(ended: tuple[Ended[Any], ...]) -> str:
    """`3 of 5 hosts are well; not mail2; not begun: mail3`."""
    errors = [one.error for one in ended if one.error is not None]
    waiting = [error.host for error in errors if isinstance(error, NotBegun)]
    failed = [error.host for error in errors if not isinstance(error, NotBegun)]
    return "; ".join(
        (
            f"{len(ended) - len(errors)} of {len(ended)} hosts are well",
            *((f"not {', '.join(failed)}",) if failed else ()),
            *((f"not begun: {', '.join(waiting)}",) if waiting else ()),
        )
    )
