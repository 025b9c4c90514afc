"""What is said before the handshake where TLS does not come first."""

from __future__ import annotations

from dataclasses import dataclass

CLIENT = "[127.0.0.1]"
"""What a client calls itself that comes from the loopback; others put their own address there."""


@dataclass(frozen=True, slots=True)
class Prelude:
    """`greets` is what ends the server's greeting; `asks` are lines to say, each with what ends
    its answer."""

    greets: str
    asks: tuple[tuple[str, str], ...]


PRELUDES = {
    "smtp": Prelude("220 ", ((f"EHLO {CLIENT}", "250 "), ("STARTTLS", "220 "))),  # RFC 3207
    "imap": Prelude("* OK", (("a STARTTLS", "a OK"),)),  # RFC 9051, 6.2.1
    "pop3": Prelude("+OK", (("STLS", "+OK"),)),  # RFC 2595, 4
    "sieve": Prelude("OK", (("STARTTLS", "OK"),)),  # RFC 5804, 2.2
}
"""By the `starttls` of a port."""
