"""The public keys in files that lie beside the spec: what TLSA records are made of."""

from __future__ import annotations

from pathlib import Path

from mailctl.errors import SecretError
from mailctl.keys.reading import read_regular
from mailctl.model.system import System

_LARGEST = 1 << 20
_ADVICE = "name a file with a certificate or a public key in PEM"


def key_digests(system: System) -> dict[str, tuple[str, ...]]:
    """By host: the digest of the key in each of its `tlsa` files. Raises SecretError. What a host
    pins itself the system knows without them."""
    return {
        host.name: tuple(map(key_digest, host.tlsa)) for host in system.hosts.values() if host.tlsa
    }


def key_digest(path: Path) -> str:
    """SHA-256 of the SubjectPublicKeyInfo of the file's first certificate, or of its public key
    (RFC 6698, 2.1: selector 1, matching type 1), as hexadecimal. Raises SecretError."""
    import hashlib  # most specs name no certificate

    try:
        content, _ = read_regular(path, _LARGEST)
    except OSError as error:
        raise SecretError(f"{path}: cannot be read: {error.strerror}", _ADVICE) from error
    return hashlib.sha256(_subject_public_key(path, content)).hexdigest()


def _subject_public_key(path: Path, content: bytes) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_public_key,
    )
    from cryptography.x509 import load_pem_x509_certificate

    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        if b"-----BEGIN CERTIFICATE-----" in content:
            return load_pem_x509_certificate(content).public_key().public_bytes(*form)
        if b"-----BEGIN PUBLIC KEY-----" in content:
            return load_pem_public_key(content).public_bytes(*form)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SecretError(f"{path}: is damaged", _ADVICE) from error
    raise SecretError(f"{path}: holds neither a certificate nor a public key", _ADVICE)
