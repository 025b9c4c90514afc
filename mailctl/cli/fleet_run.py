"""Runs a fleet for a command, with the view that its options ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mailctl.cli.fleet_options import Telling
from mailctl.cli.stopping import stopping
from mailctl.cli.terminal import rewrites
from mailctl.cli.views.json_lines import JsonView
from mailctl.cli.views.progress import ProgressView
from mailctl.cli.views.table import table
from mailctl.cli.views.text import TextView
from mailctl.deploy.apply import Applied
from mailctl.deploy.events import Sink, Summary
from mailctl.deploy.fleet import Fleet, exit_code
from mailctl.deploy.waves import Waves

Result = TypeVar("Result")


def run(fleet: Fleet[Result], waves: Waves, sink: Sink[Result]) -> Summary[Result]:
    """All ends, and the exit code; whoever calls tells it to `sink` when all else is said."""
    with stopping(fleet.interrupt) as stopped:
        ended = fleet.run(waves, sink)
    return Summary(ended, stopped.exit_code(exit_code(ended)))


def view_of_changes(telling: Telling, said: Callable[[Applied], str], total: int) -> Sink[Applied]:
    """For commands that change hosts."""
    if telling.form == "json":
        return JsonView()
    text = TextView(said, table, telling.verbose, telling.quiet, several=total > 1)
    return text if telling.verbose or telling.quiet else on_terminal(text, total)


def view_of_errors(total: int) -> Sink[Any]:
    """For commands that only look, and tell what they saw themselves."""
    return on_terminal(TextView(lambda _: "", several=total > 1), total)


def on_terminal(lasting: Sink[Result], total: int) -> Sink[Result]:
    """With a line of progress, where there is a terminal to rewrite it on."""
    return ProgressView(lasting, total) if rewrites(err=True) else lasting
