"""The table at the end: every host, how it stands, and how long it took."""

from __future__ import annotations

from mailctl.cli.terminal import painted
from mailctl.deploy.apply import Applied
from mailctl.deploy.ends import State, state_of, words
from mailctl.deploy.events import Ended, Summary

_COLOURS = {State.CHANGED: "green", State.UNCHANGED: "green", State.NOT_BEGUN: "yellow"}


def table(summary: Summary[Applied]) -> str:
    """Lines of host, state and seconds, those that went first before the others."""
    rows = [(one, words(one)) for one in summary.ended]
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
