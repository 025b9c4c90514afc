"""The options of all commands that go to hosts by SSH, and what is asked for on the terminal."""

from __future__ import annotations

import getpass
import os
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailctl.errors import MailctlError, SecretError

if TYPE_CHECKING:
    from mailctl.deploy.access import Access
    from mailctl.deploy.passphrases import Ask
    from mailctl.model.destination import Destination

Command = TypeVar("Command", bound=Callable[..., Any])

_CONFIG, _SUDO_FILE, _SUDO_ASKED = "--ssh-config", "--sudo-password-file", "--ask-sudo-password"
_MOST = 4096


def ssh_options(command: Command) -> Command:
    """Options of ssh_config and of sudo. `access` finds them by itself."""
    config = click.option(
        _CONFIG,
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=_kept(_CONFIG),
        help="The ssh_config(5) to read; left out, ssh's own files.",
    )
    asked = click.option(
        _SUDO_ASKED,
        is_flag=True,
        expose_value=False,
        callback=_kept(_SUDO_ASKED),
        help="Ask for the password that sudo wants on the hosts, once for all of them.",
    )
    file = click.option(
        _SUDO_FILE,
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=_kept(_SUDO_FILE),
        help="A file that nobody else can read, whose first line is that password.",
    )
    return config(asked(file(command)))


def access(
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
    ways: Iterable[tuple[Destination, ...]],
) -> Access:
    """What the options say, and what has to be asked for before these ways are gone.

    Raises MailctlError for a password that cannot be had.
    """
    from mailctl.deploy.access import Access
    from mailctl.deploy.ssh_config import SshConfig

    given = click.get_current_context().meta.get(_CONFIG)
    ask = asking()
    found = Access(
        key_files,
        known_hosts,
        SshConfig((given,), must_exist=True) if given else SshConfig.of_user(),
        _sudo_password(ask),
    )
    if ask is not None:
        from mailctl.deploy.passphrases import unlock

        unlock(found, ways, ask)
    return found


def _sudo_password(ask: Ask | None) -> str:
    """Empty where no option says that sudo may want one."""
    given = click.get_current_context().meta
    file, asked = given.get(_SUDO_FILE), given.get(_SUDO_ASKED)
    if file and asked:
        raise click.UsageError(f"{_SUDO_FILE} and {_SUDO_ASKED} exclude each other")
    if file:
        return password_in(file)
    if not asked:
        return ""
    if ask is None:
        raise MailctlError(
            f"{_SUDO_ASKED}: there is no terminal to ask on", f"use {_SUDO_FILE} FILE"
        )
    password = ask("sudo password on the hosts: ")
    if not password:
        raise MailctlError("no sudo password was given", f"run it without {_SUDO_ASKED}")
    return password


def password_in(path: Path) -> str:
    """The first line of a file that its owner alone can read; raises SecretError."""
    try:
        with path.open("rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            if mode & 0o077:
                raise SecretError(
                    f"{path} may be read by others (mode {mode:04o})", f"chmod 600 {path}"
                )
            line = stream.read(_MOST).split(b"\n", 1)[0].removesuffix(b"\r")
        password = line.decode()
    except OSError as error:
        raise SecretError(f"{path} cannot be read: {error.strerror}",
                          "name the file with sudo's password") from None  # fmt: skip
    except UnicodeDecodeError:
        raise SecretError(f"the first line of {path} is no text", "write it in UTF-8") from None
    if not password:
        raise SecretError(f"the first line of {path} is empty", "write sudo's password there")
    return password


def asking() -> Ask | None:
    """How to ask for something that nobody shall see; None without a terminal."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        return None

    def ask(prompt: str) -> str:
        try:
            return getpass.getpass(prompt, stream=sys.stderr)
        except EOFError:
            return ""

    return ask


def _kept(name: str) -> Callable[[click.Context, click.Parameter, object], None]:
    """Lay an option's value by, so that no command need hand it on."""

    def keep(context: click.Context, _: click.Parameter, value: object) -> None:
        context.meta[name] = value

    return keep
