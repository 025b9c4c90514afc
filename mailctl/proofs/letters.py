"""The messages that proofs send: plain, each with a token that no other message carries."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import format_datetime, localtime


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be found again by its token, which stands in its subject."""

    token: str
    message: EmailMessage

    @property
    def raw(self) -> bytes:
        """The message with CRLF line ends, without the final dot (RFC 5321, 4.5.2, not stuffed)."""
        return crlf(self.message.as_bytes())


def new_token(proof: str) -> str:
    """A word for subjects: the proof's id and 64 random bits."""
    return f"{proof}-{secrets.token_hex(8)}"


def letter(proof: str, sender: str, recipient: str, text: str = "") -> Letter:
    """A new message; `sender` and `recipient` are what its From and To show."""
    token = new_token(proof)
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = token
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{token}@{sender.rpartition('@')[2] or 'proof.invalid'}>"
    message.set_content(text or f"This message proves something: {proof}.\n")
    return Letter(token, message)


def crlf(text: bytes) -> bytes:
    """The same text with every line end as CRLF (RFC 5322, 2.1)."""
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def stuffed(text: bytes) -> bytes:
    """What DATA carries for this text: dots at line starts doubled (RFC 5321, 4.5.2).

    It ends with CRLF; the closing dot is not part of it.
    """
    lines = crlf(text).split(b"\r\n")
    if lines[-1] == b"":
        lines.pop()
    return b"".join((b"." + line if line[:1] == b"." else line) + b"\r\n" for line in lines)


def header_values(raw: bytes, name: str) -> tuple[str, ...]:
    """All values of a header field, topmost first, each unfolded to one line (RFC 5322, 2.2.3)."""
    found = message_from_bytes(raw).get_all(name, [])
    return tuple(" ".join(str(value).split()) for value in found)
