"""As much of ManageSieve (RFC 5804) as the tests speak."""

from __future__ import annotations

import base64
import socket
import ssl
from typing import Self


class ManageSieve:
    """A session over TLS."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext) -> None:
        self._socket = connection
        self._file = connection.makefile("rb")
        self.greeting = self._answer()
        self.ask(b"STARTTLS")
        self._socket = context.wrap_socket(connection)
        self._file = self._socket.makefile("rb")
        self.capabilities = self._answer()

    def _answer(self) -> str:
        """All lines up to the one that decides, literals included."""
        lines = []
        while True:
            line = self._file.readline()
            lines.append(line)
            if line.rstrip().endswith(b"}"):
                size = int(line.rstrip().rsplit(b"{")[1].rstrip(b"+}"))
                lines += [self._file.read(size), self._file.readline()]
            if not line or line.startswith((b"OK", b"NO", b"BYE")):
                return b"".join(lines).decode()

    def ask(self, line: bytes) -> str:
        self._socket.sendall(line + b"\r\n")
        return self._answer()

    def login(self, user: str, password: str) -> str:
        secret = base64.b64encode(f"\0{user}\0{password}".encode())
        return self.ask(b'AUTHENTICATE "PLAIN" "' + secret + b'"')

    def put(self, name: str, script: str) -> str:
        data = script.encode()
        return self.ask(f'PUTSCRIPT "{name}" {{{len(data)}+}}'.encode() + b"\r\n" + data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()
