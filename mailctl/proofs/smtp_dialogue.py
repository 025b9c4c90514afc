"""An SMTP session as one types it: a line goes out, a reply comes back (RFC 5321).

smtplib mends and hides what a proof wants to see: codes, texts, the order of things, bytes that
no client should send.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from mailctl.proofs.base import Refuted
from mailctl.proofs.line_dialogue import LineDialogue

_LONGEST_REPLY = 200
"""Lines; a server that says more is not answering."""


@dataclass(frozen=True, slots=True)
class Reply:
    """All lines of one reply, each with its code, as `250-SIZE 10240000`."""

    lines: tuple[str, ...]

    @property
    def code(self) -> int:
        return int(self.lines[-1][:3])

    @property
    def keywords(self) -> tuple[str, ...]:
        """The texts without codes; of an EHLO reply all but the first are service extensions."""
        return tuple(line[4:] for line in self.lines)

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 400

    def begins(self, text: str) -> bool:
        return self.lines[-1].startswith(text)

    def __str__(self) -> str:
        return " / ".join(self.lines)


class SmtpDialogue(LineDialogue):
    """One connection. Use it in a `with`; it says QUIT only when told to."""

    def __init__(self, address: str, port: int, source: str = "", *, tls: bool = False) -> None:
        """Connect and read the greeting; `tls`: handshake first, as on 465 (RFC 8314)."""
        super().__init__(address, port, source, tls=tls)
        self.greeting = self.reply()

    def reply(self) -> Reply:
        """The next reply; Refuted when the server is silent or closes instead."""
        lines: list[str] = []
        while len(lines) < _LONGEST_REPLY:
            line = self.line()
            if len(line) < 3 or not line[:3].isdigit():
                raise Refuted(f"instead of a reply came {line!r} after {lines}")
            lines.append(line)
            if line[3:4] != "-":
                return Reply(tuple(lines))
        raise Refuted("a reply without an end")

    def say(self, line: str) -> Reply:
        """Send a line and read its reply."""
        self.send(line.encode() + b"\r\n")
        return self.reply()

    def expect(self, line: str, beginning: str) -> Reply:
        """Say it; Refuted unless the reply's last line begins so."""
        reply = self.say(line)
        if not reply.begins(beginning):
            shown = "AUTH PLAIN [...]" if line.upper().startswith("AUTH ") else line
            raise Refuted(f"`{shown}` was answered `{reply}` instead of `{beginning}`")
        return reply

    def ehlo(self) -> Reply:
        """EHLO with our address literal, which needs no name in DNS (RFC 5321, 4.1.4)."""
        literal = f"IPv6:{self.source}" if ":" in self.source else self.source
        return self.expect(f"EHLO [{literal}]", "250")

    def start_tls(self) -> None:
        """STARTTLS and the handshake (RFC 3207); the caller says EHLO again."""
        self.expect("STARTTLS", "220")
        self.handshake()

    def login(self, user: str, password: str) -> Reply:
        """AUTH PLAIN with an initial response (RFC 4954, RFC 4616)."""
        return self.say(f"AUTH PLAIN {plain_response(user, password)}")

    def data(self, stuffed_text: bytes) -> Reply:
        """DATA, the text (dots already doubled, ending in CRLF), the dot, and the last reply."""
        self.expect("DATA", "354")
        self.send(stuffed_text + b".\r\n")
        return self.reply()


def plain_response(user: str, password: str) -> str:
    """The initial response of AUTH PLAIN: base64 of `\\0user\\0password` (RFC 4616)."""
    return base64.b64encode(f"\0{user}\0{password}".encode()).decode()
