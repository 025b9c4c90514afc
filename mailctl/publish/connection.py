"""Messages over one TCP connection (RFC 7766): two bytes of length before each.

Updates and questions alike go by TCP: what is big needs no other way, and nobody who does not
see the connection can answer in the server's place.
"""

from __future__ import annotations

import errno
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.errors import PublishError
from mailctl.resolver.answer import Server

LARGEST = 0xFFFF
"""Bytes of a message (RFC 1035, 4.2.2)."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long, in seconds, we wait to be let in, and then for each answer. A server may write
    its journal, and sign the zone anew, before it answers."""

    connect: float = 5.0
    answer: float = 30.0


class Hangup(PublishError):
    """The server closed the connection, as it may between two messages (RFC 7766, 6.2.3)."""


class Connection:
    """An open connection to the first of the addresses that lets us in."""

    def __init__(self, servers: Iterable[Server], waits: Waits) -> None:
        self._waits = waits
        fault: PublishError | None = None
        for server in servers:
            try:
                self._socket = _connected(server, waits.connect)
            except PublishError as error:
                fault = fault or error
                continue
            self.server = server
            return
        raise fault or PublishError("there is no address to connect to")

    def close(self) -> None:
        self._socket.close()

    def send(self, wire: bytes) -> None:
        """Raises PublishError."""
        self._socket.settimeout(self._waits.answer)
        try:
            self._socket.sendall(struct.pack("!H", len(wire)) + wire)
        except TimeoutError:
            raise PublishError(f"{self.server} takes nothing any more") from None
        except OSError:
            raise self._hangup() from None

    def receive(self) -> bytes:
        """The next message, whole. Raises PublishError."""
        end = time.monotonic() + self._waits.answer
        (length,) = struct.unpack("!H", self._exactly(2, end))
        return self._exactly(length, end)

    def _exactly(self, count: int, end: float) -> bytes:
        content = b""
        while len(content) < count:
            left = end - time.monotonic()
            try:
                self._socket.settimeout(max(left, 0.001))
                part = self._socket.recv(count - len(content))
            except TimeoutError:
                waited = f"{self._waits.answer:g} s"
                raise PublishError(f"no answer from {self.server} within {waited}") from None
            except OSError:
                raise self._hangup() from None
            if not part:
                raise self._hangup()
            content += part
        return content

    def _hangup(self) -> Hangup:
        return Hangup(
            f"{self.server} closed the connection without an answer",
            "is it a name server, and does it let this address ask?",
        )


def _connected(server: Server, wait: float) -> socket.socket:
    try:
        return socket.create_connection((server.address, server.port), timeout=wait)
    except TimeoutError:
        raise PublishError(
            f"{server} cannot be reached by TCP within {wait:g} s", "is a firewall in the way?"
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PublishError(f"{server}: {reason}", _advice(error)) from None


def _advice(error: OSError) -> str:
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return "is the address right, and has this machine a way there?"
    return "does a name server run there?"
