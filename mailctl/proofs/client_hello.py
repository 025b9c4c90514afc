"""A TLS ClientHello of any version, as bytes, and what a server makes of it (RFC 5246, 7.4.1.2).

The TLS library of the machine that tries refuses to speak TLS 1.0 by itself, so what it sees says
nothing about the server. These bytes do.
"""

from __future__ import annotations

import secrets
import struct

from mailctl.proofs.line_dialogue import LineDialogue

TLS_1_0 = 0x0301
TLS_1_1 = 0x0302
TLS_1_2 = 0x0303

NAMES = {TLS_1_0: "TLS 1.0", TLS_1_1: "TLS 1.1", TLS_1_2: "TLS 1.2"}

_HANDSHAKE = 22
_ALERT = 21
_ALERTS = {40: "handshake_failure", 70: "protocol_version", 71: "insufficient_security"}

_CIPHERS = (
    # AEAD suites, which only TLS 1.2 knows, and the CBC suites of the older versions
    *(0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9, 0x009E, 0x009F),
    *(0xC009, 0xC00A, 0xC013, 0xC014, 0x0033, 0x0039, 0x002F, 0x0035, 0x000A),
)
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
_SIGNATURES = (0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0203, 0x0201)


def client_hello(version: int) -> bytes:
    """A record with a ClientHello that offers at most this version."""
    body = (
        struct.pack(">H", version)
        + secrets.token_bytes(32)
        + b"\0"  # no session to resume
        + _vector(_words(_CIPHERS))
        + b"\1\0"  # no compression
        + _vector(
            _extension(10, _vector(_words(_GROUPS)))
            + _extension(11, b"\1\0")
            + _extension(13, _vector(_words(_SIGNATURES)))
        )
    )
    handshake = b"\1" + struct.pack(">I", len(body))[1:] + body
    return struct.pack(">BHH", _HANDSHAKE, TLS_1_0, len(handshake)) + handshake


def answer_to(dialogue: LineDialogue, version: int) -> tuple[bool, str]:
    """Whether the server goes on with this version, and what it said in words."""
    dialogue.send(client_hello(version))
    header = dialogue.octets(5)
    if len(header) < 5:
        return False, "connection closed"
    content, _, length = struct.unpack(">BHH", header)
    body = dialogue.octets(length)
    if content == _ALERT and len(body) >= 2:
        return False, f"alert {_ALERTS.get(body[1], body[1])}"
    if content == _HANDSHAKE and len(body) >= 6:
        chosen = struct.unpack(">H", body[4:6])[0]
        return True, f"ServerHello {NAMES.get(chosen, hex(chosen))}"
    return False, f"a record of type {content}"


def _words(numbers: tuple[int, ...]) -> bytes:
    return struct.pack(f">{len(numbers)}H", *numbers)


def _vector(content: bytes) -> bytes:
    return struct.pack(">H", len(content)) + content


def _extension(number: int, content: bytes) -> bytes:
    return struct.pack(">H", number) + _vector(content)
