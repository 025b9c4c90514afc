"""TCP connections of proofs: to a host's own address, from an address of our choice."""

from __future__ import annotations

import socket
import ssl
from ipaddress import IPv4Address

from mailctl.model.host import Host
from mailctl.proofs.base import NotApplicable

TIMEOUT = 15.0
"""Seconds for a connection and for each answer on it."""


def connect(address: str, port: int, source: str = "", timeout: float = TIMEOUT) -> socket.socket:
    """A TCP connection; `source` is one of our addresses, or empty for any."""
    return socket.create_connection((address, port), timeout, (source, 0) if source else None)


def address_of(host: Host) -> str:
    """The host's first IPv4 address, for the trying client's addresses are IPv4.

    Names are not asked for: the process' resolver is not the world's.
    """
    for address in host.addresses:
        if isinstance(address, IPv4Address):
            return str(address)
    raise NotApplicable(f"{host.name} has no IPv4 address to try it on")


def tls_context() -> ssl.SSLContext:
    """TLS without verification: rehearsed hosts show certificates that nobody signed.

    That the certificate names the host is a proof of its own.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
