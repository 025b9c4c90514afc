"""The options of all commands that go to hosts by SSH, and what is asked for on the terminal."""

from __future__ import annotations

import atexit
import getpass
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailctl.errors import SecretError

if TYPE_CHECKING:
    from mailctl.deploy.access import Access, Ask

Command = TypeVar("Command", bound=Callable[..., Any])

_CONFIG, _SUDO = "mailctl.ssh_config", "mailctl.sudo_password_file"
_MOST = 4096


def ssh_options(command: Command) -> Command:
    """--ssh-config and --sudo-password-file. `access` finds them by itself."""
    config = click.option(
        "--ssh-config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=_kept(_CONFIG),
        help="The ssh_config(5) to read; left out, ssh's own files.",
    )
    sudo = click.option(
        "--sudo-password-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=_kept(_SUDO),
        help="A file that nobody else can read, whose first line is the password that sudo wants "
        "on the hosts; left out, it is asked for on a terminal.",
    )
    return config(sudo(command))


def access(key_files: tuple[Path, ...], known_hosts: tuple[Path, ...]) -> Access:
    """What the options say; raises SecretError for a file that others can read."""
    from mailctl.deploy.access import Access, SudoPassword
    from mailctl.deploy.key_files import KeyFiles
    from mailctl.deploy.ssh_config import SshConfig

    given = click.get_current_context().meta
    config, sudo_file = given.get(_CONFIG), given.get(_SUDO)
    ask = asking()
    return Access(
        key_files,
        known_hosts,
        config=SshConfig((config,), must_exist=True) if config else SshConfig.of_user(),
        keys=KeyFiles(ask),
        sudo=SudoPassword(sudo_password(sudo_file) if sudo_file else None, ask),
    )


def sudo_password(path: Path) -> str:
    """The first line of a file that its owner alone can read; raises SecretError."""
    try:
        with path.open("rb") as stream:
            mode = stat.S_IMODE(path.stat().st_mode)
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
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    import termios

    descriptor = sys.stdin.fileno()
    # a thread that waits for an answer when we end would leave the terminal without its echo
    atexit.register(termios.tcsetattr, descriptor, termios.TCSADRAIN, termios.tcgetattr(descriptor))
    # one question at a time, whichever host it is about
    turn = threading.Lock()

    def ask(prompt: str) -> str:
        with turn:
            try:
                return getpass.getpass(prompt, stream=sys.stderr)
            except (EOFError, OSError):
                return ""

    return ask


def _kept(name: str) -> Callable[[click.Context, click.Parameter, Path | None], None]:
    """Lay an option's value by, so that no command need hand it on."""

    def keep(context: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is not None:
            context.meta[name] = value

    return keep
