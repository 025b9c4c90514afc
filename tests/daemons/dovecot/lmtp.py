"""LMTP word for word (RFC 2033), so that recipients reach the server as they are written here."""

from __future__ import annotations

import socket

MESSAGE = b"From: <outside@foreign.example>\r\nSubject: hello\r\n\r\nhello\r\n"
SENDER = b"outside@foreign.example"


def deliver(
    connection: socket.socket, recipient: str, message: bytes = MESSAGE, sender: bytes = SENDER
) -> str:
    """The reply that decided: to RCPT when that is refused, else to the end of the data."""
    with connection, connection.makefile("rb") as replies:

        def ask(line: bytes) -> bytes:
            connection.sendall(line + b"\r\n")
            return _reply(replies)

        _reply(replies)
        assert ask(b"LHLO client.example").startswith(b"250")
        assert ask(b"MAIL FROM:<" + sender + b">").startswith(b"250")
        answer = ask(b"RCPT TO:<" + recipient.encode() + b">")
        if answer.startswith(b"250"):
            assert ask(b"DATA").startswith(b"354")
            answer = ask(message + b".")
        return answer.decode().strip()


def _reply(replies: object) -> bytes:
    while True:
        line = replies.readline()  # type: ignore[attr-defined]
        if line[3:4] != b"-":
            assert isinstance(line, bytes)
            return line
