"""The lines before a handshake, as a client from the world says them."""

from __future__ import annotations

import socket
import time
from ipaddress import ip_address

from mailctl.model.listening import TlsPort
from mailctl.verify.tls.prelude import CLIENT, PRELUDES

_LONGEST = 1 << 16
"""Bytes that a server may say before TLS."""

_REFUSALS = ("a NO", "a BAD", "-ERR", "NO", "BYE", "* BYE")


class NoTls(Exception):
    """The server answers, but not with TLS; says what it said instead."""


def open_port(address: str, port: TlsPort, timeout: float) -> socket.socket:
    """A connection on which the next bytes are the client's handshake. `timeout` in seconds, for
    the connection and for all lines on it. Raises NoTls and OSError."""
    connection = socket.create_connection((address, port.number), timeout)
    try:
        _say_lines(connection, port, timeout)
    except BaseException:
        connection.close()
        raise
    return connection


def _say_lines(connection: socket.socket, port: TlsPort, timeout: float) -> None:
    if not port.starttls:
        return
    prelude = PRELUDES[port.starttls]
    lines = _Lines(connection, time.monotonic() + timeout)
    lines.until(prelude.greets)
    me = ip_address(connection.getsockname()[0].partition("%")[0])
    literal = f"[IPv6:{me}]" if me.version == 6 else f"[{me}]"  # RFC 5321, 4.1.3
    for line, answer in prelude.asks:
        connection.sendall(line.replace(CLIENT, literal).encode() + b"\r\n")
        lines.until(answer)
    connection.settimeout(timeout)


class _Lines:
    """Lines from a connection until a time of the monotonic clock."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline
        self._buffer = b""
        self._read = 0

    def until(self, beginning: str) -> None:
        """Read up to a line that begins so. Raises NoTls for a refusal, an end and a flood."""
        while not (line := self._line()).startswith(beginning):
            if line.startswith(_REFUSALS) or (line[:1] in {"4", "5"} and line[3:4] == " "):
                raise NoTls(f"the server says `{printable(line)}`")

    def _line(self) -> str:
        while b"\n" not in self._buffer:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._connection.settimeout(left)
            received = self._connection.recv(4096)
            self._read += len(received)
            if not received or self._read > _LONGEST:
                raise NoTls("the server talks without end" if received else "the server hangs up")
            self._buffer += received
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")


def printable(text: str) -> str:
    """A server's words, short, and without what would move a terminal."""
    return "".join(each if each.isprintable() else "?" for each in text[:120])
