"""One script on a host: begun under any login shell, as root by sudo if need be, and heard out.

The command line holds nothing that a shell could misread: csh and fish quote otherwise than sh.
The script itself travels in front of its own input, and an sh reads it there. What shells print
when they start is told apart by a line that comes after it. sudo's password is said only when
sudo asks, and the script is sent only when sudo has begun that sh: so neither is ever taken for
the other, whether sudo wants a password, remembers one, or needs none.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailctl.deploy.host import Answer, HeardEnough, Outcome
from mailctl.deploy.lines import AS_ROOT
from mailctl.errors import HostError, PermissionDenied

if TYPE_CHECKING:
    import paramiko

OPEN_TIMEOUT = 15.0
"""Seconds for a channel to open, and for its command to be begun."""
SUDO_TIMEOUT = 60.0
"""Seconds of silence of a sudo that has been told the password; directories may be slow."""

_BEGIN = b"mailctl-begin"
_PROMPT = b"mailctl-sudo-password:"
_CHUNK = 1 << 15


@dataclass(frozen=True, slots=True)
class Login:
    """As whom a script runs: the account, and whether and how it becomes root."""

    host: str
    user: str
    sudo: bool
    password: str = field(repr=False)

    @property
    def asks(self) -> bool:
        """Whether sudo may ask; without an answer it must not."""
        return self.sudo and bool(self.password)

    def command_line(self, length: int) -> str:
        """What begins a script of so many bytes under any shell."""
        sudo = f"sudo -S -p {_PROMPT.decode()} -- " if self.asks else "sudo -n -- "
        begin = f"sh -c 'echo; echo {_BEGIN.decode()}; eval \"$(head -c {length})\"' mailctl"
        return f"{sudo}{begin}" if self.sudo else begin


def run(
    transport: paramiko.Transport,
    login: Login,
    script: bytes,
    stdin: bytes,
    timeout: float,
    answer: Answer | None,
) -> Outcome:
    """Run the script and hear it out; `timeout` holds for each silence.

    Raises a HostError when it could not be begun, TimeoutError, and what paramiko raises.
    """
    channel = transport.open_session(timeout=OPEN_TIMEOUT)
    with channel:
        channel.settimeout(OPEN_TIMEOUT)
        channel.set_combine_stderr(login.asks)
        _execute(channel, login.command_line(len(script)))
        heard = _Heard(begun=login.asks)
        if login.asks:
            _become_root(channel, login)
        channel.settimeout(timeout)
        _send(channel, script + stdin)
        if answer is None:
            channel.shutdown_write()
        try:
            _hear(channel, heard, answer)
        except HeardEnough:
            return Outcome(0, bytes(heard.output), b"")
        outcome = _end(channel, heard, timeout)
    if not heard.begun:
        raise _not_begun(login, bytes(heard.output) + outcome.stderr)
    return outcome


def _execute(channel: paramiko.Channel, line: str) -> None:
    """Begin the command; paramiko would wait without end for a host that does not answer."""
    guard = threading.Timer(OPEN_TIMEOUT, channel.close)
    guard.daemon = True
    guard.start()
    try:
        channel.exec_command(line)
    finally:
        guard.cancel()


def _become_root(channel: paramiko.Channel, login: Login) -> None:
    """Wait until sudo has begun the command, and tell it the password if it asks."""
    said = bytearray()
    told = False
    while not _line_of_begin(said):
        chunk = _heard_of_sudo(channel, login, said)
        if not chunk:
            raise _not_begun(login, bytes(said), told=told)
        said += chunk
        if not said.endswith(_PROMPT):
            continue
        if told:
            raise PermissionDenied(
                login.host,
                f"sudo refuses the password of {login.user}",
                "say it again; this host may have another one",
            )
        channel.sendall(f"{login.password}\n".encode())
        channel.settimeout(SUDO_TIMEOUT)
        told = True
        said.clear()
    channel.set_combine_stderr(False)


def _heard_of_sudo(channel: paramiko.Channel, login: Login, said: bytearray) -> bytes:
    """More of what it says; PAM may ask for something that is not the password."""
    try:
        return channel.recv(_CHUNK)
    except TimeoutError:
        if not (lines := _shown_lines(bytes(said))):
            raise
        raise PermissionDenied(
            login.host, f"sudo wants more than a password, it says: {lines[-1]}", AS_ROOT
        ) from None


def _line_of_begin(said: bytearray) -> bool:
    return b"\n" + _BEGIN + b"\n" in said


@dataclass(slots=True)
class _Heard:
    """What came so far: after the line that begins it once that was there, before it else."""

    begun: bool
    output: bytearray
    answered: int = 0

    def __init__(self, *, begun: bool) -> None:
        self.begun = begun
        self.output = bytearray()
        self.answered = 0

    def add(self, chunk: bytes) -> None:
        self.output += chunk
        mark = b"\n" + _BEGIN + b"\n"
        if not self.begun and (place := self.output.find(mark)) >= 0:
            del self.output[: place + len(mark)]
            self.begun = True

    def next_line(self) -> str | None:
        """The next whole line that nobody has answered yet."""
        end = self.output.find(b"\n", self.answered) if self.begun else -1
        if end < 0:
            return None
        line = self.output[self.answered : end].decode("utf-8", "replace")
        self.answered = end + 1
        return line


def _hear(channel: paramiko.Channel, heard: _Heard, answer: Answer | None) -> None:
    """All that the script prints, each line answered as it comes.

    The agent reads its input before it says much, so that neither side waits for the other with
    full buffers (SSH windows are 2 MiB here).
    """
    while chunk := channel.recv(_CHUNK):
        heard.add(chunk)
        while answer is not None and (line := heard.next_line()) is not None:
            _send(channel, answer(line))


def _end(channel: paramiko.Channel, heard: _Heard, timeout: float) -> Outcome:
    stderr = bytearray()
    while chunk := channel.recv_stderr(_CHUNK):
        stderr += chunk
    if not channel.status_event.wait(timeout):
        raise TimeoutError
    if channel.exit_status < 0:
        raise EOFError("the host hung up")
    return Outcome(channel.exit_status, bytes(heard.output), bytes(stderr))


_OF_SUDO = ("sudo", "not allowed to execute")


def _not_begun(login: Login, said: bytes, *, told: bool = False) -> HostError:
    """Why there is not even the first line: by sudo, or by an account that runs no commands."""
    lines = _shown_lines(said)
    last = lines[-1] if lines else "nothing"
    of_sudo = [line for line in lines if any(words in line for words in _OF_SUDO)]
    if login.sudo and (told or of_sudo):
        refusal = of_sudo[-1] if of_sudo else last
        return PermissionDenied(login.host, f"sudo refuses: {refusal}", _hint(refusal))
    return HostError(
        login.host,
        f"the login shell of {login.user} runs no command, it says: {last}",
        f"give {login.user} a shell there, as by chsh -s /bin/sh {login.user}",
    )


def _hint(refusal: str) -> str:
    if "a tty" in refusal:
        return "take `requiretty` out of sudoers there, or log in as root"
    return AS_ROOT


def _shown_lines(said: bytes) -> list[str]:
    lines = said.decode("utf-8", "replace").split("\n")
    shown = ("".join(letter for letter in line if letter.isprintable()).strip() for line in lines)
    return [line for line in shown if line]


def _send(channel: paramiko.Channel, data: bytes) -> None:
    """A script that ends before it has read all is judged by its status, not by this."""
    try:
        channel.sendall(data)
    except TimeoutError:
        raise
    except OSError:
        if not channel.closed and not channel.eof_received:
            raise
