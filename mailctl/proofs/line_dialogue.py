"""A connection on which lines are exchanged, in clear text and then under TLS.

Nothing here checks a certificate: rehearsed hosts show ones that nobody signed; that the
certificate names the host is a proof of its own.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from types import TracebackType
from typing import Self

from mailctl.proofs.base import Refuted
from mailctl.proofs.connecting import connect, tls_context


class LineDialogue:
    """One TCP connection; use it in a `with`."""

    def __init__(self, address: str, port: int, source: str = "", *, tls: bool = False) -> None:
        self._socket: socket.socket = connect(address, port, source)
        self.source: str = self._socket.getsockname()[0]
        self._stream = self._socket.makefile("rb")
        if tls:
            self.handshake()

    def handshake(self, context: ssl.SSLContext | None = None, name: str = "") -> None:
        """TLS from here on; whatever was sent in clear text before is read no more. A context
        that checks certificates needs the server's name."""
        chosen = context or tls_context()
        self._socket = chosen.wrap_socket(self._socket, server_hostname=name or None)
        self._stream = self._socket.makefile("rb")

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(data)

    def line(self) -> str:
        """The next line without its end; empty when the server has closed."""
        return self._stream.readline().decode("utf-8", "replace").rstrip("\r\n")

    def octets(self, count: int) -> bytes:
        """So many bytes, or fewer when the server closes before; a reset counts as that."""
        with contextlib.suppress(ConnectionError):
            return self._stream.read(count)
        return b""

    def rest(self) -> bytes:
        """All that the server still sends until it closes or falls silent."""
        received = b""
        with contextlib.suppress(OSError):
            while chunk := self._stream.read1(65536):
                received += chunk
        return received

    def peer_certificate(self) -> bytes:
        """The certificate shown, in DER; Refuted without TLS."""
        if isinstance(self._socket, ssl.SSLSocket):
            shown = self._socket.getpeercert(binary_form=True)
            if shown:
                return shown
        raise Refuted("no certificate was shown")

    def close(self) -> None:
        for part in (self._stream, self._socket):
            with contextlib.suppress(OSError):
                part.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
