"""Addresses as the report URIs of DMARC and TLS-RPT."""

from __future__ import annotations

from urllib.parse import quote

from mailctl.model.names import Address


def mailto(address: Address) -> str:
    """`,`, `;` and `!` mean something to DMARC and are encoded (RFC 9989, 4.8; RFC 6068, 2)."""
    local = quote(address.local, safe="-._~+$'*")
    return f"mailto:{local}@{address.domain}"
