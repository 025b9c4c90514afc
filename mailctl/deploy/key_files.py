"""Private keys and certificates in files, each read once a run.

The formats are those that ssh-keygen(1) writes: OpenSSH's own, PEM and PKCS#8.
"""

from __future__ import annotations

import base64
import binascii
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import paramiko

ATTEMPTS = 3
"""How often a passphrase is asked for, as ssh(1) does (NumberOfPasswordPrompts)."""

CERTIFICATE = "-cert-v01@openssh.com"

_MAGIC = b"openssh-key-v1\0"
_DASHES = b"-----"


class Unusable(Exception):
    """A key file that cannot be used; the text says why, after its name."""


class Locked(Unusable):
    """The passphrase is missing or wrong."""


@dataclass(slots=True)
class KeyFiles:
    """All key files of a run, for all threads."""

    _read: dict[Path, paramiko.PKey | Unusable] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def private(self, path: Path) -> paramiko.PKey:
        """The private key of a file; raises Unusable."""
        with self._lock:
            if path not in self._read:
                self._read[path] = _key_or_reason(path, None)
            found = self._read[path]
        if isinstance(found, Unusable):
            raise found
        return found

    def locked(self, path: Path) -> bool:
        """Whether nothing but a passphrase is wanting."""
        try:
            self.private(path)
        except Unusable as reason:
            return isinstance(reason, Locked)
        return False

    def unlock(self, path: Path, ask: Callable[[str], str]) -> bool:
        """Ask for the passphrase of a locked file; whether it is open then."""
        found: paramiko.PKey | Unusable = Unusable("has a passphrase, and none was given")
        for _ in range(ATTEMPTS):
            passphrase = ask(f"Passphrase of {path}: ")
            if not passphrase:
                break
            found = _key_or_reason(path, passphrase.encode())
            if not isinstance(found, Locked):
                break
            found = Unusable("has another passphrase than those that were given")
        with self._lock:
            self._read[path] = found
        return not isinstance(found, Unusable)


def public_blob(path: Path) -> bytes | None:
    """The public half of a private key file: that of `.pub` beside it, or of its own envelope,
    which is not encrypted. None where it cannot be known."""
    for place in (Path(f"{path}.pub"), path):
        try:
            data = place.read_bytes()
        except OSError:
            continue
        if (blob := _public_line(data) or _envelope(data)) is not None:
            return blob
    return None


def certificate(path: Path) -> paramiko.pkey.PublicBlob | None:
    """An OpenSSH certificate; None when the file is none."""
    from mailctl.deploy.lean import paramiko

    try:
        found = paramiko.pkey.PublicBlob.from_string(path.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return found if found.key_type.endswith(CERTIFICATE) else None


def certified_key(certificate: paramiko.pkey.PublicBlob) -> bytes:
    """The public key that a certificate is about; empty where paramiko has no such keys."""
    from mailctl.deploy.lean import paramiko

    kind = certificate.key_type.removesuffix(CERTIFICATE)
    fitting = (known for known in paramiko.key_classes if kind in known.identifiers())
    found = next(fitting, None)
    try:
        return found(data=certificate.key_blob).asbytes() if found else b""  # type: ignore[arg-type]
    except (paramiko.SSHException, ValueError):
        return b""


def _key_or_reason(path: Path, passphrase: bytes | None) -> paramiko.PKey | Unusable:
    try:
        return _loaded(_bytes(path), passphrase)
    except Unusable as reason:
        return reason


def _bytes(path: Path) -> bytes:
    """What ssh(1) would take: its own files must not be open to others."""
    try:
        data, status = path.read_bytes(), path.stat()
    except OSError as error:
        raise Unusable(_missing(path, error)) from None
    if b"PRIVATE KEY" not in data:
        raise Unusable("is no private key that we know")
    if status.st_uid == os.getuid() and status.st_mode & 0o077:
        raise Unusable(f"may be read by others (chmod 600 {quote(str(path))})")
    return data


def _missing(path: Path, error: OSError) -> str:
    if path.is_dir():
        return "is no file"
    if isinstance(error, FileNotFoundError):
        return "is not there"
    return f"cannot be read ({error.strerror})"


def _loaded(data: bytes, passphrase: bytes | None) -> paramiko.PKey:
    """Decrypt once (paramiko's `from_path` does so twice, and each takes a moment), and hand
    paramiko the one form that it reads of every kind."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    from mailctl.deploy.lean import paramiko

    openssh = b"BEGIN OPENSSH PRIVATE KEY" in data
    load = serialization.load_ssh_private_key if openssh else serialization.load_pem_private_key
    try:
        key = load(data, passphrase)
    except TypeError:
        raise Locked(
            "has a passphrase (add it to ssh-agent, or name it with --ssh-key on a terminal)"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        if passphrase is not None:
            # the file was read before, so that it is the passphrase
            raise Locked("has another passphrase") from None
        raise Unusable("is no private key that we know") from None
    kinds: tuple[tuple[type, type[paramiko.PKey]], ...] = (
        (ed25519.Ed25519PrivateKey, paramiko.Ed25519Key),
        (ec.EllipticCurvePrivateKey, paramiko.ECDSAKey),
        (rsa.RSAPrivateKey, paramiko.RSAKey),
    )
    made = next((made for kind, made in kinds if isinstance(key, kind)), None)
    if made is None:
        raise Unusable("is no private key that we know")
    plain = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    return made.from_private_key(StringIO(plain.decode()))


def _public_line(data: bytes) -> bytes | None:
    fields = data.split(None, 2)
    if len(fields) < 2:
        return None
    try:
        blob = base64.b64decode(fields[1], validate=True)
    except binascii.Error:
        return None
    return blob if blob[4:].startswith(fields[0]) else None


def _envelope(data: bytes) -> bytes | None:
    """The public key in OpenSSH's private format (PROTOCOL.key): three strings and a number
    stand before it."""
    body = b"".join(line for line in data.splitlines() if not line.startswith(_DASHES))
    try:
        blob = base64.b64decode(body, validate=True)
    except binascii.Error:
        return None
    if not blob.startswith(_MAGIC):
        return None
    rest = blob[len(_MAGIC) :]
    for _ in range(3):
        rest = rest[4 + int.from_bytes(rest[:4], "big") :]
    rest = rest[4:]
    return rest[4 : 4 + int.from_bytes(rest[:4], "big")] or None
