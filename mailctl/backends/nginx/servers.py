"""What people log in to, as the three documents of client set-up name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.model.client_settings import Protocol, services
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.system import System


@dataclass(frozen=True, slots=True)
class LoginServer:
    """`implicit_tls`: TLS begins with the first byte, else after STARTTLS."""

    protocol: Protocol
    name: DomainName
    port: int
    implicit_tls: bool


def login_servers(system: System, domain: Domain) -> Iterator[LoginServer]:
    """Where mail is read and sent, the best first: IMAP before POP3, TLS from the start before
    STARTTLS (RFC 8314, 3)."""
    for protocol in (Protocol.IMAP, Protocol.POP3, Protocol.SUBMISSION):
        for service in services(system, domain):
            if service.protocol is protocol:
                for server in service.servers:
                    yield LoginServer(protocol, server.name, service.port, service.implicit_tls)
