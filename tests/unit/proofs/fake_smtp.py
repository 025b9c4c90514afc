"""An SMTP server that is as good or as bad as a test wants it: proofs have to notice."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from dataclasses import dataclass, field
from typing import BinaryIO

GOOD_EXTENSIONS = (
    "PIPELINING",
    "SIZE 1000",
    "ENHANCEDSTATUSCODES",
    "8BITMIME",
    "DSN",
    "SMTPUTF8",
    "CHUNKING",
)


@dataclass
class FakeSmtp:
    """Every line is answered by the first of `replies` whose pattern it matches, else well.

    `ends` are the byte sequences that the server takes for the end of a message.
    """

    tls: ssl.SSLContext
    wrapped: bool = False
    auth_in_clear: bool = False
    auth_under_tls: bool = True
    starttls: bool = True
    password: str = "right"
    greeting: str = "220 mail.ours.example ESMTP Postfix"
    extensions: tuple[str, ...] = GOOD_EXTENSIONS
    replies: dict[str, str] = field(default_factory=dict)
    ends: tuple[bytes, ...] = (b"\r\n.\r\n",)
    most_connections: int = 10**6
    said: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._connections = 0
        self._talks: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        # shutdown wakes the thread that waits in accept
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for talk in self._talks:
            talk.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections += 1
            talk = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._talks.append(talk)
            talk.start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(connection)
            self._converse(connection, stack)

    def _converse(self, connection: socket.socket, stack: contextlib.ExitStack) -> None:
        """`stack` closes whatever the connection becomes."""
        secure = self.wrapped
        if self.wrapped:
            connection = self._wrapped(connection, stack)
        if self._connections > self.most_connections:
            # a minute has passed, before whoever hears this comes again
            self._connections = 0
            connection.sendall(b"421 4.7.0 Error: too many connections\r\n")
            return
        connection.sendall(self.greeting.encode() + b"\r\n")
        stream = connection.makefile("rb")
        while line := stream.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            self.said.append(text)
            answer = self._answer(text, secure)
            connection.sendall(answer.encode() + b"\r\n")
            if text.upper() == "STARTTLS" and answer.startswith("220"):
                connection, secure = self._wrapped(connection, stack), True
                stream = connection.makefile("rb")
            elif answer.startswith("354"):
                connection.sendall(self._take(stream))
            elif answer.startswith(("221", "421")):
                break
        stream.close()

    def _wrapped(self, connection: socket.socket, stack: contextlib.ExitStack) -> socket.socket:
        shown = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        stack.enter_context(shown).do_handshake()
        return shown

    def _answer(self, line: str, secure: bool) -> str:
        for pattern, reply in self.replies.items():
            if re.match(pattern, line, re.IGNORECASE):
                return reply
        word = line.split(" ")[0].split(":")[0].upper()
        if word == "EHLO":
            return self._extensions(secure)
        if word == "AUTH":
            return self._login(line, secure)
        return {
            "STARTTLS": "220 2.0.0 Ready to start TLS" if self.starttls else "502 5.5.1 no",
            "MAIL": "250 2.1.0 Ok",
            "RCPT": "250 2.1.5 Ok",
            "DATA": "354 End data with <CR><LF>.<CR><LF>",
            "RSET": "250 2.0.0 Ok",
            "VRFY": "502 5.5.1 VRFY command is disabled",
            "QUIT": "221 2.0.0 Bye",
        }.get(word, "502 5.5.2 Error: command not recognized")

    def _extensions(self, secure: bool) -> str:
        words = ["mail.ours.example", *self.extensions]
        if self.starttls and not secure:
            words.append("STARTTLS")
        if self._authenticates(secure):
            words.append("AUTH PLAIN LOGIN")
        return "\r\n".join(f"250-{word}" for word in words[:-1]) + f"\r\n250 {words[-1]}"

    def _authenticates(self, secure: bool) -> bool:
        return self.auth_under_tls if secure else self.auth_in_clear

    def _login(self, line: str, secure: bool) -> str:
        import base64

        if not self._authenticates(secure):
            return "503 5.5.1 Error: authentication not enabled"
        password = base64.b64decode(line.split()[-1]).split(b"\0")[-1].decode()
        if password == self.password:
            return "235 2.7.0 Authentication successful"
        return "535 5.7.8 Error: authentication failed"

    def _take(self, stream: BinaryIO) -> bytes:
        data = b""
        while not data.endswith(self.ends):
            octet = stream.read(1)
            if not octet:
                return b""
            data += octet
        self.messages.append(data)
        return b"250 2.0.0 Ok: queued as FAKE\r\n"
