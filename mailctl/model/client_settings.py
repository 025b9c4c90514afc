"""Where mail clients of a domain's users log in: protocols, ports, names, and how TLS begins.

The one answer for whatever tells clients. The user name is the whole address; passwords go in
clear inside TLS, which begins with the first byte or with STARTTLS. What begins with the first
byte comes first (RFC 8314, 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from mailctl.model.domain import Domain
from mailctl.model.host import Host, Role
from mailctl.model.names import DomainName
from mailctl.model.system import System


class Protocol(Enum):
    """What a client speaks to send mail, to read it, and to edit its scripts."""

    SUBMISSION = "submission"
    IMAP = "IMAP"
    POP3 = "POP3"
    MANAGESIEVE = "ManageSieve"


@dataclass(frozen=True, slots=True)
class Server:
    """A host, and the name by which a domain's clients are told it."""

    name: DomainName
    host: Host


@dataclass(frozen=True, slots=True)
class Service:
    """One way to log in, at any of `servers`; none of them where the domain does not offer it.

    `implicit_tls` is TLS from the first byte; else the client has to say STARTTLS.
    """

    protocol: Protocol
    port: int
    implicit_tls: bool
    servers: tuple[Server, ...] = ()


_PORTS = {
    Protocol.SUBMISSION: ((465, True), (587, False)),
    Protocol.IMAP: ((993, True), (143, False)),
    Protocol.POP3: ((995, True), (110, False)),
    Protocol.MANAGESIEVE: ((4190, False),),
}
"""Ports and whether TLS begins with the first byte (RFC 8314, 3 and 7.3; RFC 5804, 1.8)."""


def services(system: System, domain: Domain) -> Iterator[Service]:
    """All services of a domain whose store is a host of the system, also those not offered."""
    store = system.hosts[domain.store]
    offered = store.protocols
    hosts = {
        Protocol.SUBMISSION: _senders(system, store),
        Protocol.IMAP: (store,) if offered.imap else (),
        Protocol.POP3: (store,) if offered.pop3 else (),
        Protocol.MANAGESIEVE: (store,) if offered.managesieve else (),
    }
    for protocol, ports in _PORTS.items():
        servers = tuple(Server(_told(domain, host), host) for host in hosts[protocol])
        for port, implicit_tls in ports:
            yield Service(protocol, port, implicit_tls, servers)


def login_hosts(system: System, domain: Domain) -> tuple[Host, ...]:
    """The hosts that a domain's clients come to, the store first: it is a host of the system."""
    store = system.hosts[domain.store]
    return tuple({host.name: host for host in (store, *_senders(system, store))}.values())


def _told(domain: Domain, host: Host) -> DomainName:
    """The host's name that the domain's policy chooses, if it chooses one."""
    chosen = domain.policy.server_name
    return next((name for name in chosen if name in host.all_names), host.fqdn)


def _senders(system: System, store: Host) -> tuple[Host, ...]:
    """The store where it takes mail from its users; else the hosts that only take mail from
    users, for they take it from everybody."""
    if store.has(Role.SUBMISSION):
        return (store,)
    return tuple(
        host
        for host in system.hosts.values()
        if host.has(Role.SUBMISSION) and not host.has(Role.STORE)
    )
