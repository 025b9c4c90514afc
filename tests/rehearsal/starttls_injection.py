"""Bytes in clear text behind STARTTLS, as somebody between client and server would slip them in.

A server that keeps them takes them for the client's own, once TLS has begun (CVE-2011-0411).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from io import BufferedReader

from mailctl.model.host import Host
from mailctl.model.listening import TlsPort
from mailctl.proofs.connecting import address_of, connect, tls_context
from mailctl.verify.tls.prelude import PRELUDES

_PATIENCE = 3.0
"""Seconds; some servers neither go on nor close."""


@dataclass(frozen=True, slots=True)
class _Slip:
    """`line` is slipped in; a server that obeys it says `answer`. `bye` ends the session."""

    line: bytes
    answer: bytes
    bye: bytes


_SLIPS = {
    "smtp": _Slip(b"INJECTED\r\n", b"5.5.2 ", b"QUIT\r\n"),
    "imap": _Slip(b"injected NOOP\r\n", b"injected OK", b"c LOGOUT\r\n"),
    "pop3": _Slip(b"INJECTED\r\n", b"-ERR", b"QUIT\r\n"),
    "sieve": _Slip(b'NOOP "injected"\r\n', b"injected", b"LOGOUT\r\n"),
}


def obeys(host: Host, port: TlsPort, client: str, *, in_clear_text: bool) -> bool:
    """Whether the line is obeyed: sent behind STARTTLS, or else within TLS, where it has to be."""
    slip, prelude = _SLIPS[port.starttls], PRELUDES[port.starttls]
    *asks, (starttls, begins) = prelude.asks
    behind, within = (slip.line, b"") if in_clear_text else (b"", slip.line)
    with connect(address_of(host), port.number, client, _PATIENCE) as plain:
        answers = plain.makefile("rb")
        _until(answers, prelude.greets)
        for line, answer in asks:
            plain.sendall(line.encode() + b"\r\n")
            _until(answers, answer)
        plain.sendall(starttls.encode() + b"\r\n" + behind)
        _until(answers, begins)
        received = b""
        # a server may also take the bytes for a broken handshake
        with contextlib.suppress(OSError), tls_context().wrap_socket(plain) as secure:
            if within:
                secure.sendall(within)
                received += secure.recv(65536)
            secure.sendall(slip.bye)
            while chunk := secure.recv(65536):
                received += chunk
    return slip.answer in received


def _until(answers: BufferedReader, beginning: str) -> None:
    for line in answers:
        if line.decode().startswith(beginning):
            return
    raise AssertionError(f"closed before `{beginning}`")
