"""A host's key in the spec: the public key as ssh-keyscan(1) prints it, or its fingerprint.

The wire form of public keys is RFC 4253, 6.6 (RSA), RFC 5656, 3.1 (ECDSA) and RFC 8709, 4
(Ed25519); a fingerprint is the one of `ssh-keygen -l`.
"""

from __future__ import annotations

import base64
import binascii
import re

from mailctl.spec.problems import Refused, refuse

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]")
"""32 bytes in base64 without padding: the last letter carries four bits."""

_FIELDS = {
    "ssh-ed25519": 2,
    "ssh-rsa": 3,
    "ecdsa-sha2-nistp256": 3,
    "ecdsa-sha2-nistp384": 3,
    "ecdsa-sha2-nistp521": 3,
}
_ED25519_LENGTH = 32
_SMALLEST_RSA = 128
"""Bytes; shorter moduli are refused by every OpenSSH of today."""

_HINT = (
    'write what `ssh-keyscan HOST` prints after the name, as "ssh-ed25519 AAAA...", or what '
    "`ssh-keygen -l` prints, as SHA256:..."
)


def host_key(text: str) -> str:
    """`ALGORITHM BASE64` without its comment, or `SHA256:...`; raises Refused."""
    if text.startswith("SHA256:"):
        bare = text.rstrip("=")
        if not _FINGERPRINT.fullmatch(bare):
            raise _refuse("is no SHA-256 fingerprint", text)
        return bare
    algorithm, *rest = text.split(None, 2)[:2] or [""]
    if algorithm not in _FIELDS:
        raise _refuse("begins with no kind of key that we know", text)
    if not rest or not _fits(algorithm, rest[0]):
        raise _refuse(f"is no {algorithm} key", text)
    return f"{algorithm} {rest[0]}"


def _refuse(what: str, text: str) -> Refused:
    return refuse("bad-host-key", f"{text[:40]!r} {what}", _HINT)


def _fits(algorithm: str, encoded: str) -> bool:
    try:
        fields = _strings(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        return False
    if len(fields) != _FIELDS[algorithm] or fields[0] != algorithm.encode():
        return False
    if algorithm == "ssh-ed25519":
        return len(fields[1]) == _ED25519_LENGTH
    if algorithm == "ssh-rsa":
        return len(fields[2]) >= _SMALLEST_RSA
    return fields[1] == algorithm.removeprefix("ecdsa-sha2-").encode()


def _strings(blob: bytes) -> list[bytes]:
    """All strings of a blob (RFC 4251, 5); ValueError when it is cut off."""
    found = []
    while blob:
        length = int.from_bytes(blob[:4], "big")
        field = blob[4 : 4 + length]
        if len(blob) < 4 or len(field) != length:
            raise ValueError("cut off")
        found.append(field)
        blob = blob[4 + length :]
    return found
