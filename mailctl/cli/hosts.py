"""What the commands that go to hosts have in common: options, connections, the last words."""

from __future__ import annotations

import getpass
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailctl.cli.ssh_options import access as access
from mailctl.cli.ssh_options import ssh_options
from mailctl.cli.unheard import say
from mailctl.errors import HostError

if TYPE_CHECKING:
    from mailctl.deploy.fleet import Ended
    from mailctl.deploy.script import Errand
    from mailctl.model.system import System

Command = TypeVar("Command", bound=Callable[..., Any])
Result = TypeVar("Result")

INTERRUPTED = 128 + signal.SIGINT

only_option = click.option(
    "--host",
    "only",
    multiple=True,
    metavar="NAME",
    help="Only this host of the spec; may be given several times.",
)


def access_options(command: Command) -> Command:
    """--ssh-key and --known-hosts, and those of ssh_options.py."""
    key = click.option(
        "--ssh-key",
        "key_files",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The private key to log in with; left out, those of ssh_config and ssh-agent, and "
        "~/.ssh/id_*.",
    )
    known = click.option(
        "--known-hosts",
        "known_hosts",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Where the hosts' keys are known; left out, ssh's own files.",
    )
    return key(known(ssh_options(command)))


def errand() -> Errand:
    """Who we are, as generations remember it: the user and this machine's name."""
    from mailctl.deploy.script import Errand

    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "unknown"
    name = f"{user}@{socket.gethostname()}"
    return Errand(by="".join(letter for letter in name if letter.isprintable()))


def chosen(system: System, only: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts that the options choose, in the spec's order; raises click.UsageError."""
    for name in only:
        if name not in system.hosts:
            known = ", ".join(system.hosts)
            raise click.UsageError(f"the spec has no host '{name}'; it has {known}")
    return tuple(name for name in system.hosts if not only or name in only)


def reporter(name: str) -> Callable[[str], None]:
    """Says a host's steps, on a terminal only."""
    shown = sys.stderr.isatty()

    def report(step: str) -> None:
        if shown:
            say(f"{name}: {step}", err=True)

    return report


def say_error(error: HostError) -> None:
    """One line on standard error, and below it what a program on the host said, if it did."""
    say(str(error), err=True)


def say_stopping() -> None:
    """At the first Ctrl-C."""
    say(
        "stopping: hosts that have not switched yet keep what they have, the others go back; "
        "Ctrl-C again leaves them to do so alone",
        err=True,
    )


def farewell(ended: tuple[Ended[Result], ...], stopped: bool) -> int:
    """The summary of several hosts, and the exit code."""
    from mailctl.deploy.fleet import exit_code

    failed = [one.host for one in ended if one.error is not None]
    if failed and len(ended) > 1:
        well = len(ended) - len(failed)
        say(f"{well} of {len(ended)} hosts are well; not {', '.join(failed)}", err=True)
    return INTERRUPTED if stopped else exit_code(ended)
