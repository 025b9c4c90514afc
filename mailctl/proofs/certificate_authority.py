"""A host that asks a certification authority shows what it got, on every port (RFC 8555)."""

from __future__ import annotations

import ssl
import time

from mailctl.model.host import Acme, Host
from mailctl.model.listening import TlsPort, tls_ports
from mailctl.proofs.base import NotApplicable, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.handshake import before_handshake
from mailctl.proofs.waiting import until

PATIENCE = 90.0
"""Seconds until the first certificate is there: the host asks when the apply is done."""

_PAUSE = 1.0


def _try(ground: Ground, host: Host) -> str:
    if not isinstance(host.tls, Acme):
        raise NotApplicable(f"{host.name} asks no authority")
    ports = tls_ports(host)
    if not ports:
        raise NotApplicable(f"{host.name} speaks TLS nowhere")
    if ground.outside.authority_roots is None:
        raise NotApplicable("nobody plays the authority here")
    context = ssl.create_default_context(cadata=ground.outside.authority_roots())
    for port in ports:
        _must_verify(ground, host, port, context)
    numbers = ", ".join(str(port.number) for port in ports)
    return f"{numbers}: verified for {host.fqdn} up to the authority's root"


def _must_verify(ground: Ground, host: Host, port: TlsPort, context: ssl.SSLContext) -> None:
    def verified() -> bool | None:
        # each attempt from another address: a host does not let one of them come that often
        with before_handshake(host, port, ground.next_client()) as dialogue:
            try:
                dialogue.handshake(context, host.fqdn)
            except ssl.SSLCertVerificationError:
                time.sleep(_PAUSE)
                return None
        return True

    text = f"port {port.number} shows no certificate of the authority for {host.fqdn}"
    until(verified, text, PATIENCE)


PROOF = Statement(
    id="certificate-authority",
    statement="every port shows a certificate of the authority that the spec names",
    attempt=_try,
    harmless=True,
)
