"""What the commands that go to hosts have in common: options and connections."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailctl.cli.selection import select

if TYPE_CHECKING:
    from mailctl.deploy.script import Errand
    from mailctl.deploy.ssh import Access
    from mailctl.model.host import Role
    from mailctl.model.system import System

Command = TypeVar("Command", bound=Callable[..., Any])


def access_options(command: Command) -> Command:
    """--ssh-key and --known-hosts."""
    key = click.option(
        "--ssh-key",
        "key_files",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The private key to log in with; left out, ssh-agent's and ~/.ssh/id_*.",
    )
    known = click.option(
        "--known-hosts",
        "known_hosts",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Where the hosts' keys are known; left out, ssh's own files.",
    )
    return key(known(command))


def access(key_files: tuple[Path, ...], known_hosts: tuple[Path, ...]) -> Access:
    """What the options say."""
    from mailctl.deploy.ssh import Access

    return Access(key_files, known_hosts)


def errand() -> Errand:
    """Who we are, as generations remember it: the user and this machine's name."""
    from mailctl.deploy.script import Errand

    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "unknown"
    name = f"{user}@{socket.gethostname()}"
    return Errand(by="".join(letter for letter in name if letter.isprintable()))


def chosen(system: System, only: tuple[str, ...], roles: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The hosts that the options choose, in the spec's order; raises click.UsageError."""
    return select(roles_of(system), only, roles)


def roles_of(system: System) -> dict[str, frozenset[Role]]:
    """What each host of the spec does, in the spec's order."""
    return {name: host.roles for name, host in system.hosts.items()}
