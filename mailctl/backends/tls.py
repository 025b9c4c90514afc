"""What all daemons of a host have in common when they speak TLS: the certificate, the ciphers."""

from __future__ import annotations

from mailctl.bundle import TLS_CHAIN, TLS_KEY
from mailctl.model.host import CertificateFiles, Host

CIPHERS = ":".join(
    (
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305",
    )
)
"""For TLS 1.2, in OpenSSL's names: forward secrecy and authenticated encryption, for RSA and
ECDSA certificates (wiki.mozilla.org/Security/Server_Side_TLS, intermediate; RFC 9325, 4.2)."""


def certificate_of(host: Host) -> CertificateFiles:
    """Where the chain and its key lie on the host; both may be in one file."""
    if isinstance(host.tls, CertificateFiles):
        return host.tls
    return CertificateFiles(TLS_CHAIN, TLS_KEY)
