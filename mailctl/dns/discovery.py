"""Where mail clients of a domain's users log in: SRV records (RFC 6186; RFC 8314, 5.1).

A protocol that is not offered says so with the target `.` (RFC 2782), so that clients do not
try. The services with TLS from the first byte come first in what clients prefer (RFC 8314, 3).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.domain import Domain
from mailctl.model.host import Host, Role
from mailctl.model.system import System
from mailctl.model.web import guided_domains

_NOT_OFFERED = "0 0 0 ."

_SUBMISSION = (("_submissions", 465, "submission with TLS from the start"),
               ("_submission", 587, "submission with STARTTLS"))  # fmt: skip
_IMAP = (("_imaps", 993, "IMAP with TLS from the start"), ("_imap", 143, "IMAP with STARTTLS"))
_POP3 = (("_pop3s", 995, "POP3 with TLS from the start"), ("_pop3", 110, "POP3 with STARTTLS"))
_MANAGESIEVE = ("_sieve", 4190, "ManageSieve with STARTTLS")

SERVICES = tuple(name for name, _, _ in (*_SUBMISSION, *_IMAP, *_POP3, _MANAGESIEVE))
"""All of them, as the first label of a name."""


def discovery_records(system: System, zones: Zones) -> Iterator[Record]:
    """The services of each domain that somebody logs in to with an address of it."""
    outgoing = _submission_hosts(system)
    for domain in guided_domains(system):
        yield from _sending(domain, outgoing, system, zones)
        yield from _reading(domain, system.hosts[domain.store], zones)


def _submission_hosts(system: System) -> tuple[Host, ...]:
    """Hosts that do nothing but take mail from users take it from everybody."""
    return tuple(
        host
        for host in system.hosts.values()
        if host.has(Role.SUBMISSION) and not host.has(Role.STORE)
    )


def _sending(
    domain: Domain, shared: tuple[Host, ...], system: System, zones: Zones
) -> Iterator[Record]:
    store = system.hosts[domain.store]
    hosts = (store,) if store.has(Role.SUBMISSION) else shared
    for name, port, what in _SUBMISSION:
        for host in hosts:
            yield _offered(domain, name, port, host, what, zones)


def _reading(domain: Domain, store: Host, zones: Zones) -> Iterator[Record]:
    offered = store.protocols
    for services, on in ((_IMAP, offered.imap), (_POP3, offered.pop3)):
        for name, port, what in services:
            if on:
                yield _offered(domain, name, port, store, what, zones)
            else:
                yield _refused(domain, name, what, zones)
    if offered.managesieve:
        yield _offered(domain, *_MANAGESIEVE[:2], store, _MANAGESIEVE[2], zones)


def _offered(domain: Domain, name: str, port: int, host: Host, what: str, zones: Zones) -> Record:
    return zones.record(
        f"{name}._tcp.{domain.name}",
        "SRV",
        f"0 1 {port} {host.fqdn}.",
        why=f"mail clients of {domain.name} find {what} on host {host.name} (RFC 6186, 3)",
    )


def _refused(domain: Domain, name: str, what: str, zones: Zones) -> Record:
    return zones.record(
        f"{name}._tcp.{domain.name}",
        "SRV",
        _NOT_OFFERED,
        why=f"{domain.name} does not offer {what}: clients need not try (RFC 6186, 3.4)",
    )
