"""Each further name of a host is shown with its own certificate, to whoever asks for it (RFC 6066,
3); everybody else is shown the host's, as most mail servers are."""

from __future__ import annotations

import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from mailctl.backends.tls import server_certificates
from mailctl.model.host import Acme, Host
from mailctl.model.listening import TlsPort, tls_ports
from mailctl.model.names import DomainName
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.certificate import must_name, shown_on
from mailctl.proofs.certificate_authority import PATIENCE
from mailctl.proofs.ground import Ground
from mailctl.proofs.waiting import until

_NOBODYS = DomainName("nobody.invalid")
_PAUSE = 1.0


def _try(ground: Ground, host: Host) -> str:
    ports = tls_ports(host)
    if not host.names:
        raise NotApplicable(f"{host.name} has no name beside its fqdn")
    if not ports:
        raise NotApplicable(f"{host.name} speaks TLS nowhere")
    with_their_own = tuple(name for name, _ in server_certificates(host))
    for port in ports:
        for name in with_their_own:
            _must_show_its_own(ground, host, port, name)
        _must_show_the_hosts(ground, host, port, with_their_own)
    numbers = ", ".join(str(port.number) for port in ports)
    shown = f"certificates of their own for {', '.join(with_their_own)}; " if with_their_own else ""
    return f"{numbers}: {shown}that of {host.fqdn} for everybody else"


def _must_show_its_own(ground: Ground, host: Host, port: TlsPort, name: DomainName) -> None:
    def shown() -> x509.Certificate | None:
        found = shown_on(host, port, ground.next_client(), name)
        if isinstance(host.tls, Acme) and found.issuer == found.subject:
            time.sleep(_PAUSE)  # the provisional one
            return None
        return found

    text = f"port {port.number} shows no certificate of the authority for {name}"
    must_name(until(shown, text, PATIENCE), name, port.number)


def _must_show_the_hosts(
    ground: Ground, host: Host, port: TlsPort, with_their_own: tuple[DomainName, ...]
) -> None:
    """To whoever sends no name, the fqdn, nobody's name, or one that shares the certificate."""
    shared = tuple(each.name for each in host.names if each.name not in with_their_own)
    client = ground.next_client()
    default = shown_on(host, port, client)
    must_name(default, host.fqdn, port.number)
    for name in (host.fqdn, _NOBODYS, *shared):
        found = shown_on(host, port, client, name)
        if found.fingerprint(hashes.SHA256()) != default.fingerprint(hashes.SHA256()):
            raise Refuted(f"port {port.number} shows {name} another certificate than the host's")


PROOF = Statement(
    id="server-names",
    statement="each further name is shown with its own certificate, the host's to everybody else",
    attempt=_try,
    harmless=True,
)
