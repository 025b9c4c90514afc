"""Certificates of hosts, which an authority of known_hosts has signed (PROTOCOL.certkeys).

paramiko takes a certificate for the bare key in it, and looks at nothing else: not at who signed
it, for whom, nor until when. All of that is done here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mailctl.deploy.key_files import CERTIFICATE
from mailctl.deploy.known_hosts import KnownKey, fingerprint

if TYPE_CHECKING:
    import paramiko

_HOST = 2
_KEY_STRINGS = {"ssh-ed25519": 1, "ssh-rsa": 2}
_CURVE_AND_POINT = 2
"""How many strings make up a key of a kind, after its name; the last is of ECDSA."""
_SIGNATURES = frozenset({
    "ssh-ed25519", "rsa-sha2-256", "rsa-sha2-512", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
})  # fmt: skip
"""No `ssh-rsa`, which is RSA with SHA-1."""


@dataclass(frozen=True, slots=True)
class HostCertificate:
    """What the signer vouches for: names, and a time from `after` to `before` (Unix seconds)."""

    kind: int
    principals: tuple[str, ...]
    after: int
    before: int
    critical: bytes
    authority: bytes
    signature: bytes
    signed: bytes


def read(blob: bytes) -> HostCertificate | None:
    """The certificate in its wire form; None when it is none, or is cut off."""
    from mailctl.deploy.lean import paramiko

    message = paramiko.Message(blob)
    try:
        kind = message.get_text()
        if not kind.endswith(CERTIFICATE):
            return None
        for _ in range(1 + _KEY_STRINGS.get(kind.removesuffix(CERTIFICATE), _CURVE_AND_POINT)):
            message.get_binary()  # the nonce, and the bare key
        message.get_int64()  # serial
        certified = message.get_int()
        message.get_binary()  # key id
        principals = _names(message.get_binary())
        after, before = message.get_int64(), message.get_int64()
        critical = message.get_binary()
        message.get_binary()  # extensions
        message.get_binary()  # reserved
        authority = message.get_binary()
        signed = message.get_so_far()
        signature = message.get_binary()
    except (ValueError, struct.error):
        return None
    if len(signed) + 4 + len(signature) != len(blob):
        return None  # paramiko reads zeros where bytes are missing
    return HostCertificate(
        certified, principals, after, before, critical, authority, signature, signed
    )


def _names(blob: bytes) -> tuple[str, ...]:
    found = []
    while blob:
        length = int.from_bytes(blob[:4], "big")
        found.append(blob[4 : 4 + length].decode("utf-8", "replace"))
        blob = blob[4 + length :]
    return tuple(found)


def fault(
    certificate: HostCertificate, names: Iterable[str], known: Iterable[KnownKey], now: float
) -> str:
    """Why it does not prove that the host has one of the names; empty when it does."""
    if not any(key.authority and key.blob == certificate.authority for key in known):
        return f"its authority {fingerprint(certificate.authority)} is not in known_hosts"
    if certificate.kind != _HOST:
        return "it is a certificate for users"
    if certificate.critical:
        return "it has a critical option, and none is known for hosts"
    if not certificate.after <= now < certificate.before:
        return "it is valid at another time"
    if certificate.principals and not any(
        fnmatchcase(name.lower(), principal.lower().replace("[", "[[]"))
        for name in names
        for principal in certificate.principals
    ):
        return f"it is for {', '.join(certificate.principals)}"
    return "" if _signed(certificate) else "its signature is wrong"


def _signed(certificate: HostCertificate) -> bool:
    from mailctl.deploy.lean import paramiko

    signature = paramiko.Message(certificate.signature)
    try:
        if signature.get_text() not in _SIGNATURES:
            return False
        signature.rewind()
        key = _key(certificate.authority)
        return key is not None and key.verify_ssh_sig(certificate.signed, signature)
    except (paramiko.SSHException, ValueError, struct.error):
        # it comes from whoever answered, and may be anything
        return False


def _key(blob: bytes) -> paramiko.PKey | None:
    from mailctl.deploy.lean import paramiko

    kind = paramiko.Message(blob).get_text()
    try:
        return paramiko.PKey.from_type_string(kind, blob)
    except (paramiko.SSHException, paramiko.pkey.UnknownKeyType, ValueError):
        return None
