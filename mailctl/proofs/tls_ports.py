"""How a proof comes to the TLS handshake on a port."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.proofs.base import Refuted
from mailctl.proofs.connecting import address_of
from mailctl.proofs.line_dialogue import LineDialogue
from mailctl.verify.tls.ports import TlsPort, tls_ports

__all__ = ["TlsPort", "before_handshake", "read_until", "tls_ports"]


def before_handshake(host: Host, port: TlsPort, source: str) -> LineDialogue:
    """A connection on which the next bytes are the client's TLS handshake."""
    dialogue = LineDialogue(address_of(host), port.number, source)
    try:
        if port.greets:
            read_until(dialogue, port.greets)
        for line, answer in port.asks:
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
