"""The line that SSH is spoken over: TCP, a channel of the host before, or a program's pipes.

Each has an end: whoever is silent for too long, though asked for a sign of life, is gone. TCP by
itself would notice that after hours, and a stopped sshd never.
"""

from __future__ import annotations

import errno
import queue
import socket
import subprocess
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from mailctl.deploy.hop import Hop
from mailctl.errors import Unreachable

if TYPE_CHECKING:
    import paramiko

_GRACE = 1.0
"""Seconds for a program to end that has hung up, or shall."""

_Address = tuple[Any, ...]


class Line:
    """What paramiko wants of a socket, and a clock of when the other side was last heard.

    `fault` is what was found to be wrong with the line itself, empty while there is nothing.
    """

    def __init__(self, inner: socket.socket | paramiko.Channel, silence: float) -> None:
        self._inner = inner
        self._silence = silence
        self._heard = time.monotonic()
        self.fault = ""
        self._closed = False  # paramiko looks at it, as sockets have it

    def recv(self, size: int) -> bytes:
        """As of a socket; paramiko asks several times a second."""
        try:
            data = self._inner.recv(size)
        except TimeoutError:
            self._check()
            raise
        self._heard = time.monotonic()
        return data

    def send(self, data: bytes) -> int:
        """As of a socket. A peer that is gone takes nothing either, once the buffers are full."""
        try:
            return self._inner.send(data)
        except TimeoutError:
            self._check()
            raise

    def settimeout(self, timeout: float | None) -> None:
        """As of a socket."""
        self._inner.settimeout(timeout)

    def close(self) -> None:
        """As of a socket."""
        self._closed = True
        self._inner.close()

    def _check(self) -> None:
        if time.monotonic() - self._heard > self._silence:
            self.fault = f"no sign of life for {self._silence:g} s"
            # not ETIMEDOUT: that makes a TimeoutError, after which paramiko tries on for ever
            raise OSError(errno.EHOSTDOWN, self.fault)


class ProgramLine(Line):
    """A ProxyCommand, which ends when the line is closed.

    paramiko's own knows no shell, keeps what the program complains of, and spins when it ends.
    """

    def __init__(self, command: str, silence: float) -> None:
        ours, theirs = socket.socketpair()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the line
        with theirs:
            # in a session of its own: Ctrl-C is for us, and hosts are then ended in order
            self._program = subprocess.Popen(
                ("/bin/sh", "-c", f"exec {command}"),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=self._said,
                start_new_session=True,
            )
        super().__init__(ours, silence)

    def recv(self, size: int) -> bytes:
        """As of a socket; at its end the program's own is looked at."""
        with self._watched():
            data = super().recv(size)
            if not data:
                self.fault = self._ending()
        return data

    def send(self, data: bytes) -> int:
        """As of a socket."""
        with self._watched():
            return super().send(data)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except ConnectionError:
            self.fault = self._ending()
            raise

    def _ending(self) -> str:
        """How the program ended, and the last that it complained of."""
        try:
            status = self._program.wait(_GRACE)
        except subprocess.TimeoutExpired:
            return ""
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").splitlines()
        last = "".join(letter for letter in lines[-1] if letter.isprintable()) if lines else ""
        return f"its ProxyCommand ended with status {status}{last and f': {last}'}"

    def close(self) -> None:
        super().close()
        self._program.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._program.wait(_GRACE)
        self._said.close()


def dial(name: str, hop: Hop, through: paramiko.Transport | None) -> tuple[Line, str]:
    """A line to the hop, from here or from the host before, and the address that took it.

    Raises Unreachable in the name of the host that the way leads to.
    """
    from mailctl.deploy.lean import paramiko

    if through is None and hop.command:
        return ProgramLine(hop.command, hop.silence), hop.addresses[0]
    # of two that fall silent together the one in front is to be noticed first
    silence = hop.silence + (hop.alive_interval if through is not None else 0)
    refusals: list[str] = []
    for address in hop.addresses:
        try:
            return Line(_connected(hop, address, through), silence), address
        except (OSError, paramiko.SSHException) as error:
            refusals.append(f"{address} port {hop.port}: {_reason(error)}")
    raise Unreachable(
        name,
        f"cannot connect to {', '.join(refusals)}",
        "is it up, and are `addresses` or `ssh: {address, port}` right?",
    )


def keep_alive(transport: paramiko.Transport, interval: float) -> None:
    """Ask for a sign of life after each interval in which nothing was sent.

    paramiko's own keepalive wants no answer, so that nobody would notice that none comes.
    """
    from mailctl.deploy.lean import paramiko

    there = weakref.ref(transport)

    def ask() -> None:
        asked = there()
        if asked is None:
            return
        message = paramiko.Message()
        message.add_byte(paramiko.common.cMSG_GLOBAL_REQUEST)
        message.add_string("keepalive@openssh.com")
        message.add_boolean(True)
        asked._send_user_message(message)  # type: ignore[attr-defined]

    transport.packetizer.set_keepalive(interval, ask)


def _connected(
    hop: Hop, address: str, through: paramiko.Transport | None
) -> socket.socket | paramiko.Channel:
    if through is not None:
        here = ("127.0.0.1", 0)
        return through.open_channel(
            "direct-tcpip", (address, hop.port), here, timeout=hop.connect_timeout
        )
    refusal: OSError | None = None
    for family, place in _resolved(address, hop.port, hop.connect_timeout):
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(hop.connect_timeout)
        try:
            line.connect(place)
        except OSError as error:
            line.close()
            refusal = error
        else:
            return line
    raise refusal or OSError("the name has no address")


def _resolved(name: str, port: int, timeout: float) -> list[tuple[int, _Address]]:
    """The addresses of a name; a resolver that does not answer is not waited for any longer."""
    try:
        ip_address(name)
    except ValueError:
        pass
    else:
        return _look_up(name, port)
    answers: queue.SimpleQueue[list[tuple[int, _Address]] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(_look_up(name, port))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError("this is no name"))

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise OSError(f"its name was not resolved within {timeout:g} s") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _look_up(name: str, port: int) -> list[tuple[int, _Address]]:
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [(family, place) for family, _, _, _, place in found]


def _reason(error: Exception) -> str:
    from mailctl.deploy.lean import paramiko

    if isinstance(error, paramiko.ChannelException):
        return error.text or str(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
