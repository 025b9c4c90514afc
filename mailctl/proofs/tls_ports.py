"""Where a host speaks TLS, and how one comes to the handshake there.

On 465, 993 and 995 at once (RFC 8314); elsewhere after STARTTLS (RFC 3207, RFC 9051, RFC 5804)
or STLS (RFC 2595).
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.host import Host, Role
from mailctl.proofs.base import Refuted
from mailctl.proofs.connecting import address_of
from mailctl.proofs.line_dialogue import LineDialogue


@dataclass(frozen=True, slots=True)
class TlsPort:
    """`asks` are lines to say before the handshake, each with what ends its answer;
    `greets` is what ends the server's greeting. All empty where TLS comes first."""

    number: int
    greets: str = ""
    asks: tuple[tuple[str, str], ...] = ()


_SMTP = ("220 ", (("EHLO [127.0.0.1]", "250 "), ("STARTTLS", "220 ")))
_SMTP_PORTS = {
    Role.MX: (TlsPort(25, *_SMTP),),
    Role.SUBMISSION: (TlsPort(587, *_SMTP), TlsPort(465)),
}
_IMAP_PORTS = (TlsPort(143, "* OK", (("a STARTTLS", "a OK"),)), TlsPort(993))
_POP3_PORTS = (TlsPort(110, "+OK", (("STLS", "+OK"),)), TlsPort(995))
_SIEVE_PORTS = (TlsPort(4190, "OK", (("STARTTLS", "OK"),)),)


def tls_ports(host: Host) -> tuple[TlsPort, ...]:
    """Every port of the host on which TLS can be spoken, by its roles and protocols."""
    ports = [
        port for role in (Role.MX, Role.SUBMISSION) if host.has(role) for port in _SMTP_PORTS[role]
    ]
    if host.has(Role.STORE):
        ports += _IMAP_PORTS if host.protocols.imap else ()
        ports += _POP3_PORTS if host.protocols.pop3 else ()
        ports += _SIEVE_PORTS if host.protocols.managesieve else ()
    return tuple(ports)


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
