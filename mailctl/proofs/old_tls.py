"""TLS 1.0 and 1.1 are spoken nowhere (RFC 8996), while TLS 1.2 is spoken everywhere."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.listening import TlsPort, tls_ports
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.client_hello import NAMES, TLS_1_0, TLS_1_1, TLS_1_2, answer_to
from mailctl.proofs.ground import Ground
from mailctl.proofs.handshake import before_handshake


def _try(ground: Ground, host: Host) -> str:
    ports = tls_ports(host)
    if not ports:
        raise NotApplicable(f"{host.name} speaks TLS nowhere")
    client = ground.next_client()
    return "; ".join(f"{port.number}: {_refusals(host, port, client)}" for port in ports)


def _refusals(host: Host, port: TlsPort, client: str) -> str:
    """How the port answers the old versions. TLS 1.2 is the control: the hello itself is sound."""
    shown = []
    for version, welcome in ((TLS_1_0, False), (TLS_1_1, False), (TLS_1_2, True)):
        with before_handshake(host, port, client) as dialogue:
            went_on, said = answer_to(dialogue, version)
        if went_on is not welcome:
            raise Refuted(f"port {port.number} answers {NAMES[version]} with {said}")
        shown.append(f"{NAMES[version]} {said}")
    return ", ".join(shown)


PROOF = Statement(
    id="old-tls",
    statement="TLS 1.0 and 1.1 are refused on every port",
    attempt=_try,
    harmless=True,
)
