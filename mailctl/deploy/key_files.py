"""Private keys and certificates in files: read once a run, with the passphrase if it is asked.

The formats are those that ssh-keygen(1) writes: OpenSSH's own, PEM and PKCS#8.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import paramiko

ATTEMPTS = 3
"""How often a passphrase is asked for, as ssh(1) does (NumberOfPasswordPrompts)."""

CERTIFICATE = "-cert-v01@openssh.com"
KEY_STRINGS = {"ssh-ed25519": 1, "ssh-rsa": 2}
"""How many strings make up a key of a kind, after its name; of ECDSA it is two."""
_CURVE_AND_POINT = 2

_MAGIC = b"openssh-key-v1\0"
_DASHES = b"-----"


class Unusable(Exception):
    """A key file that cannot be used; the text says why, after its name."""


@dataclass(slots=True)
class KeyFiles:
    """All key files of a run. `ask` shows a prompt on the terminal; None where there is none."""

    ask: Callable[[str], str] | None = None
    _read: dict[Path, paramiko.PKey | Unusable] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def private(self, path: Path) -> paramiko.PKey:
        """The private key of a file; raises Unusable, and asks nobody a second time."""
        with self._lock:
            if path not in self._read:
                try:
                    self._read[path] = self._unlocked(path)
                except Unusable as reason:
                    self._read[path] = reason
            found = self._read[path]
        if isinstance(found, Unusable):
            raise found
        return found

    def _unlocked(self, path: Path) -> paramiko.PKey:
        """Read the file, and ask for its passphrase if it has one."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Unusable(_missing(path, error)) from None
        try:
            return _loaded(data, None)
        except _Locked:
            pass
        if self.ask is None:
            raise Unusable("has a passphrase (add it to ssh-agent)")
        for _ in range(ATTEMPTS):
            passphrase = self.ask(f"Passphrase of {path}: ")
            if not passphrase:
                raise Unusable("has a passphrase, and none was given")
            try:
                return _loaded(data, passphrase.encode())
            except _Locked:
                continue
        raise Unusable(f"has another passphrase than the {ATTEMPTS} that were given")


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
    from paramiko.pkey import PublicBlob

    try:
        found = PublicBlob.from_string(path.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return found if found.key_type.endswith(CERTIFICATE) else None


def certified_key(blob: bytes) -> bytes:
    """The public key that a certificate is about: the strings that stand behind its nonce."""
    import paramiko

    message, bare = paramiko.Message(blob), paramiko.Message()
    kind = message.get_text().removesuffix(CERTIFICATE)
    bare.add_string(kind)
    message.get_binary()  # the nonce
    for _ in range(KEY_STRINGS.get(kind, _CURVE_AND_POINT)):
        bare.add_string(message.get_binary())
    return bare.asbytes()


class _Locked(Exception):
    """The passphrase is missing or wrong."""


def _missing(path: Path, error: OSError) -> str:
    if path.is_dir():
        return "is no file"
    if isinstance(error, FileNotFoundError):
        return "is not there"
    return f"cannot be read ({error.strerror})"


def _loaded(data: bytes, passphrase: bytes | None) -> paramiko.PKey:
    """Decrypt once, and hand paramiko the one form that it reads of every kind."""
    import paramiko
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    openssh = b"BEGIN OPENSSH PRIVATE KEY" in data
    load = serialization.load_ssh_private_key if openssh else serialization.load_pem_private_key
    try:
        key = load(data, passphrase)
    except TypeError:
        raise _Locked from None  # encrypted, and no passphrase was given
    except (ValueError, UnsupportedAlgorithm):
        if passphrase is not None:
            raise _Locked from None  # the file was read before, so that this is the passphrase
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
