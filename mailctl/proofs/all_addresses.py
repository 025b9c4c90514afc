"""Every port answers on every address of the host, IPv6 as IPv4."""

from __future__ import annotations

from mailctl.model.host import Host
from mailctl.model.listening import TlsPort, tls_ports
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.line_dialogue import LineDialogue


def _try(ground: Ground, host: Host) -> str:
    del ground  # the client's own addresses do not matter here
    ports = tls_ports(host)
    if not ports:
        raise NotApplicable(f"{host.name} offers nothing to the world")
    for address in host.addresses:
        for port in ports:
            _answers(str(address), port)
    numbers = ", ".join(str(port.number) for port in ports)
    return f"{', '.join(map(str, host.addresses))} answer on {numbers}"


def _answers(address: str, port: TlsPort) -> None:
    """A greeting, or a TLS handshake where that comes first."""
    try:
        with LineDialogue(address, port.number, tls=not port.starttls) as dialogue:
            if port.starttls and not dialogue.line():
                raise Refuted(f"{address} port {port.number} closes without a greeting")
    except OSError as error:
        raise Refuted(f"{address} port {port.number}: {error}") from error


PROOF = Statement(
    id="all-addresses",
    statement="every service answers on every address of the host",
    attempt=_try,
    harmless=True,
)
