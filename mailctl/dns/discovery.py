"""Where mail clients of a domain's users log in: SRV records (RFC 6186; RFC 8314, 5.1).

A protocol for reading mail that is not offered says so with the target `.` (RFC 2782), so that
clients do not try. The services with TLS from the first byte come first in what clients prefer
(RFC 8314, 3).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.client_settings import Protocol, Server, Service, services
from mailctl.model.domain import Domain
from mailctl.model.system import System
from mailctl.model.web import guided_domains, web_host

_NOT_OFFERED = "0 0 0 ."
AUTODISCOVER = "_autodiscover._tcp"
"""Before a domain's name: where Outlook asks."""

_LABELS = {
    (Protocol.SUBMISSION, True): "_submissions",
    (Protocol.SUBMISSION, False): "_submission",
    (Protocol.IMAP, True): "_imaps",
    (Protocol.IMAP, False): "_imap",
    (Protocol.POP3, True): "_pop3s",
    (Protocol.POP3, False): "_pop3",
    (Protocol.MANAGESIEVE, False): "_sieve",
}
"""The first label of each service's name, by whether TLS begins with the first byte."""

_READING = (Protocol.IMAP, Protocol.POP3)

SERVICES = tuple(_LABELS.values())
"""All of them, as the first label of a name."""


def discovery_records(system: System, zones: Zones) -> Iterator[Record]:
    """The services of each domain that somebody logs in to with an address of it."""
    for domain in guided_domains(system):
        for service in services(system, domain):
            for server in service.servers:
                yield _offered(domain, service, server, zones)
            if not service.servers and service.protocol in _READING:
                yield _refused(domain, service, zones)
        if web_host(system, domain) is not None:
            yield zones.record(
                f"{AUTODISCOVER}.{domain.name}",
                "SRV",
                f"0 1 443 autodiscover.{domain.name}.",
                why=f"Outlook finds the set-up of {domain.name}'s users (MS-OXDISCO, 3.1.5.6)",
            )


def _offered(domain: Domain, service: Service, server: Server, zones: Zones) -> Record:
    return zones.record(
        _name(domain, service),
        "SRV",
        f"0 1 {service.port} {server.name}.",
        why=f"mail clients of {domain.name} find {_what(service)} on host {server.host.name}"
        " (RFC 6186, 3)",
    )


def _refused(domain: Domain, service: Service, zones: Zones) -> Record:
    return zones.record(
        _name(domain, service),
        "SRV",
        _NOT_OFFERED,
        why=f"{domain.name} does not offer {_what(service)}: clients need not try (RFC 6186, 3.4)",
    )


def _name(domain: Domain, service: Service) -> str:
    return f"{_LABELS[service.protocol, service.implicit_tls]}._tcp.{domain.name}"


def _what(service: Service) -> str:
    begins = "TLS from the start" if service.implicit_tls else "STARTTLS"
    return f"{service.protocol.value} with {begins}"
