"""How one comes to the TLS handshake on each port of a host."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.listening import TlsPort
from mailctl.proofs.base import Refuted
from mailctl.proofs.connecting import address_of
from mailctl.proofs.line_dialogue import LineDialogue

Dialogue = tuple[str, tuple[tuple[str, str], ...]]
"""What ends the server's greeting, and lines to say, each with what ends its answer."""

_BEFORE: dict[str, Dialogue] = {
    "": ("", ()),
    "smtp": ("220 ", (("EHLO [127.0.0.1]", "250 "), ("STARTTLS", "220 "))),
    "imap": ("* OK", (("a STARTTLS", "a OK"),)),
    "pop3": ("+OK", (("STLS", "+OK"),)),
    "sieve": ("OK", (("STARTTLS", "OK"),)),
}


def before_handshake(host: Host, port: TlsPort, source: str) -> LineDialogue:
    """A connection on which the next bytes are the client's TLS handshake."""
    dialogue = LineDialogue(address_of(host), port.number, source)
    try:
        greeting, asks = _BEFORE[port.starttls]
        if greeting:
            read_until(dialogue, greeting)
        for line, answer in asks:
            dialogue.send(line.encode() + b"\r\n")
            read_until(dialogue, answer)
    except BaseException:
        dialogue.close()
        raise
    return dialogue


def read_until(dialogue: LineDialogue, beginning: str) -> tuple[str, ...]:
    """Lines up to and with the first that begins so; Refuted when the server closes first."""
    lines: list[str] = []
    while not lines or not lines[-1].startswith(beginning):
        lines.append(dialogue.line())
        if not lines[-1]:
            raise Refuted(f"waiting for `{beginning}`, the server closed after {lines[:-1]}")
    return tuple(lines)
