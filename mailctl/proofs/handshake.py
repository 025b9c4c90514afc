"""How one comes to the TLS handshake on each port of a host."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.listening import TlsPort
from mailctl.proofs.base import Refuted
from mailctl.proofs.connecting import address_of
from mailctl.proofs.line_dialogue import LineDialogue
from mailctl.verify.tls.prelude import PRELUDES, Prelude


def before_handshake(host: Host, port: TlsPort, source: str) -> LineDialogue:
    """A connection on which the next bytes are the client's TLS handshake."""
    dialogue = LineDialogue(address_of(host), port.number, source)
    try:
        if port.starttls:
            _begin(dialogue, PRELUDES[port.starttls])
    except BaseException:
        dialogue.close()
        raise
    return dialogue


def _begin(dialogue: LineDialogue, prelude: Prelude) -> None:
    read_until(dialogue, prelude.greets)
    for line, answer in prelude.asks:
        dialogue.send(line.encode() + b"\r\n")
        read_until(dialogue, answer)


def read_until(dialogue: LineDialogue, beginning: str) -> tuple[str, ...]:
    """Lines up to and with the first that begins so; Refuted when the server closes first."""
    lines: list[str] = []
    while not lines or not lines[-1].startswith(beginning):
        lines.append(dialogue.line())
        if not lines[-1]:
            raise Refuted(f"waiting for `{beginning}`, the server closed after {lines[:-1]}")
    return tuple(lines)
