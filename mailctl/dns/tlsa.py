"""The TLSA records of mail servers (RFC 6698; RFC 7672, 3.1)."""

from __future__ import annotations

from mailctl.dns.meaning import meaning

_DANE_EE_SPKI_SHA256 = "3 1 1"
"""The host's own key, by its digest: what survives a renewal and names no authority
(RFC 7672, 3.1.1)."""


def tlsa_name(fqdn: str) -> str:
    """Where senders look for what a mail server shows on port 25 (RFC 7672, 2.2.1)."""
    return f"_25._tcp.{fqdn}"


def tlsa_data(digest: str) -> str:
    """The record of a key; `digest` is the SHA-256 of its SubjectPublicKeyInfo as hexadecimal."""
    return f"{_DANE_EE_SPKI_SHA256} {digest}"


def pins(data: str, digest: str) -> bool:
    """Whether a live record, in presentation form, is that of a key."""
    try:
        return meaning("", "TLSA", data) == meaning("", "TLSA", tlsa_data(digest))
    except ValueError:
        return False
