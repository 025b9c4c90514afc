"""OpenSSL contexts that make one offer each, and none where OpenSSL here cannot.

They are made before any thread runs: silencing a warning is not safe among threads.
"""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass
from pathlib import Path

from mailctl.errors import MailctlError
from mailctl.verify.tls.observation import Offer

_VERSIONS = {
    Offer.TLS_1_3: ssl.TLSVersion.TLSv1_3,
    Offer.TLS_1_2: ssl.TLSVersion.TLSv1_2,
    Offer.TLS_1_1: ssl.TLSVersion.TLSv1_1,
    Offer.TLS_1_0: ssl.TLSVersion.TLSv1,
    Offer.LEGACY: ssl.TLSVersion.TLSv1_2,
}
_CIPHERS = {
    Offer.TLS_1_1: "ALL:@SECLEVEL=0",
    Offer.TLS_1_0: "ALL:@SECLEVEL=0",
    Offer.LEGACY: "kRSA+AES:ECDHE+AES+SHA1:ECDHE+AES+SHA256:DHE+AES+SHA1:!aNULL:@SECLEVEL=0",
}
"""What RFC 9325, 4.1 and 4.2 advise against, in OpenSSL's language; old versions need level 0."""


@dataclass(frozen=True, slots=True)
class Offers:
    """`verifying` takes any version from 1.2 on and checks the chain, not the name; `unverifying`
    takes the same and checks nothing."""

    verifying: ssl.SSLContext
    unverifying: ssl.SSLContext
    contexts: dict[Offer, ssl.SSLContext]


def offers(ca_file: Path | None = None) -> Offers:
    """All that can be offered from here. Raises MailctlError for a file of CAs that has none."""
    verifying = ssl.create_default_context()
    if ca_file is not None:
        verifying = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            verifying.load_verify_locations(ca_file)
        except ssl.SSLError as error:
            raise MailctlError(
                f"{ca_file}: holds no certificates", "name a file with CA certificates in PEM"
            ) from error
        except OSError as error:
            raise MailctlError(f"{ca_file}: cannot be read: {error.strerror}") from error
    verifying.check_hostname = False
    unverifying = ssl.create_default_context()
    unverifying.check_hostname = False
    unverifying.verify_mode = ssl.CERT_NONE
    made = {offer: _context(offer) for offer in Offer}
    return Offers(
        verifying, unverifying, {offer: context for offer, context in made.items() if context}
    )


def _context(offer: Offer) -> ssl.SSLContext | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the old versions are the point
            context.minimum_version = _VERSIONS[offer]
            context.maximum_version = _VERSIONS[offer]
        if offer in _CIPHERS:
            context.set_ciphers(_CIPHERS[offer])
    except (ssl.SSLError, ValueError):
        return None
    return context if _says_hello(context) else None


def _says_hello(context: ssl.SSLContext) -> bool:
    """Whether OpenSSL writes a ClientHello; it may know a version and still not speak it."""
    written = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), written).do_handshake()
    except ssl.SSLWantReadError:
        return written.pending > 0
    except ssl.SSLError:
        return False
    return False
