"""Every port shows a certificate for the host's name, and shows it while it is valid (RFC 9525)."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from mailctl.model.host import Host
from mailctl.model.listening import TlsPort, tls_ports
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.handshake import before_handshake


def _try(ground: Ground, host: Host) -> str:
    ports = tls_ports(host)
    if not ports:
        raise NotApplicable(f"{host.name} speaks TLS nowhere")
    client = ground.next_client()
    shown = {port.number: shown_on(host, port, client) for port in ports}
    for number, certificate in shown.items():
        must_name(certificate, host.fqdn, number)
    prints = {certificate.fingerprint(hashes.SHA256()).hex() for certificate in shown.values()}
    if len(prints) > 1:
        raise Refuted(f"the ports show {len(prints)} different certificates")
    return (
        f"{', '.join(map(str, shown))}: dNSName {host.fqdn}, SHA-256 {prints.pop()[:16]}..., "
        f"until {next(iter(shown.values())).not_valid_after_utc:%Y-%m-%d}"
    )


def shown_on(host: Host, port: TlsPort, client: str, name: str = "") -> x509.Certificate:
    """What a port shows to a client who asks for this name, or for none."""
    with before_handshake(host, port, client) as dialogue:
        dialogue.handshake(name=name)
        return x509.load_der_x509_certificate(dialogue.peer_certificate())


def must_name(certificate: x509.Certificate, fqdn: str, port: int) -> None:
    """Refuted unless the certificate is for this name, now."""
    try:
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = alternatives.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    if fqdn not in names:
        raise Refuted(f"port {port} shows a certificate for {names}, not for {fqdn}")
    if not certificate.not_valid_before_utc <= datetime.now(UTC) < certificate.not_valid_after_utc:
        raise Refuted(f"port {port} shows a certificate until {certificate.not_valid_after_utc}")


PROOF = Statement(
    id="certificate-name",
    statement="every port shows one certificate, for the host's name",
    attempt=_try,
    harmless=True,
)
