"""A certificate as servers show it, read into a value."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mailctl.verify.tls.observation import Certificate

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as Shown


def read_certificate(der: bytes) -> Certificate:
    """The facts that matter of a certificate in DER. Raises ValueError for one that is damaged."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        shown = x509.load_der_x509_certificate(der)
        public = shown.public_key()
        spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        signature = shown.signature_hash_algorithm
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from error
    return Certificate(
        fingerprint=hashlib.sha256(der).hexdigest(),
        key_digest=hashlib.sha256(spki).hexdigest(),
        names=_names(shown),
        not_before=shown.not_valid_before_utc,
        not_after=shown.not_valid_after_utc,
        key=_kind(public),
        bits=int(getattr(public, "key_size", 0)),
        signature=signature.name if signature else "",
        self_signed=shown.issuer == shown.subject,
    )


def _names(shown: Shown) -> tuple[str, ...]:
    """Only of the subjectAltName: the common name counts no more (RFC 9525, 2)."""
    from cryptography import x509

    try:
        extension = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(name.lower() for name in extension.value.get_values_for_type(x509.DNSName))


def _kind(public: object) -> str:
    name = type(public).__name__
    for kind in ("RSA", "Ed25519", "Ed448", "DSA"):
        if name.startswith(kind):
            return kind
    return "EC" if name.startswith(("EllipticCurve", "EC")) else name
