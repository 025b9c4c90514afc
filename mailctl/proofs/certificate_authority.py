"""A host that asks a certification authority shows what it got, on every port (RFC 8555)."""

from __future__ import annotations

import ssl
import time
from functools import partial

from cryptography import x509

from mailctl.model.host import Acme, Host
from mailctl.model.listening import TlsPort, tls_ports
from mailctl.model.names import DomainName
from mailctl.model.web import web_names
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of, connect
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
    for name in web_names(ground.system, host):
        until(
            partial(_shown_on_the_web, ground, host, name, context),
            f"port 443 shows no certificate of the authority for {name}",
            PATIENCE,
        )
    numbers = ", ".join(str(port.number) for port in ports)
    return f"{numbers}: verified for {host.fqdn} up to the authority's root"


def _must_verify(ground: Ground, host: Host, port: TlsPort, context: ssl.SSLContext) -> None:
    def verified() -> bool | None:
        # each attempt from another address: a host does not let one of them come that often
        client = ground.next_client()
        with before_handshake(host, port, client) as dialogue:
            dialogue.handshake()
            if not _is_issued(dialogue.peer_certificate()):
                return None
        with before_handshake(host, port, client) as dialogue:
            try:
                dialogue.handshake(context, host.fqdn)
            except ssl.SSLCertVerificationError as error:
                raise Refuted(f"port {port.number}: {error.verify_message}") from error
        return True

    text = f"port {port.number} shows no certificate of the authority for {host.fqdn}"
    until(verified, text, PATIENCE)


def _is_issued(certificate: bytes) -> bool:
    """Whether it is somebody else's: daemons log the alert of a client that does not believe the
    provisional one."""
    shown = x509.load_der_x509_certificate(certificate)
    if shown.issuer == shown.subject:
        time.sleep(_PAUSE)
        return False
    return True


def _shown_on_the_web(
    ground: Ground, host: Host, name: DomainName, context: ssl.SSLContext
) -> bool | None:
    with connect(address_of(host), 443, ground.next_client()) as plain:
        try:
            context.wrap_socket(plain, server_hostname=name).close()
        except ssl.SSLCertVerificationError:
            time.sleep(_PAUSE)
            return None
    return True


PROOF = Statement(
    id="certificate-authority",
    statement="every port shows a certificate of the authority that the spec names",
    attempt=_try,
    harmless=True,
)
