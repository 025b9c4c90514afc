"""Which host serves what over HTTPS that mail needs, and under which names.

MTA-STS policies lie at `mta-sts.DOMAIN` (RFC 8461, 3.2). Thunderbird asks `autoconfig.DOMAIN`
for a client's settings, Outlook asks `autodiscover.DOMAIN`.
"""

from __future__ import annotations

from itertools import chain

from mailctl.model.domain import Domain
from mailctl.model.host import Host, Role
from mailctl.model.names import DomainName
from mailctl.model.system import System


def web_host(system: System, domain: Domain) -> Host | None:
    """The host that serves the web names of a domain; None where no host does.

    The host that keeps the domain's mail, so that its names move together; else the first web
    host in the spec's order.
    """
    store = system.hosts.get(domain.store)
    if store is not None and store.has(Role.WEB):
        return store
    return next((host for host in system.hosts.values() if host.has(Role.WEB)), None)


def web_names(system: System, host: Host) -> tuple[DomainName, ...]:
    """The names beside its own that a host answers to over HTTPS, sorted; none where the host
    does not have the role."""
    return tuple(sorted(chain.from_iterable(domain_web_names(system, host).values())))


def domain_web_names(system: System, host: Host) -> dict[DomainName, tuple[DomainName, ...]]:
    """The same by domain, each domain's names sorted; empty where none of a domain's is served."""
    if not host.has(Role.WEB):
        return {}
    guided = {domain.name for domain in guided_domains(system)}
    return {
        domain.name: tuple(sorted(_names(domain, domain.name in guided)))
        for domain in system.domains.values()
        if web_host(system, domain) == host
    }


def guided_domains(system: System) -> tuple[Domain, ...]:
    """The domains whose mail clients are told where to log in: somebody logs in with an address
    of the domain, a host keeps its mail, and the domain does not say `discovery: false`."""
    peopled = {address.domain for address in system.users}
    return tuple(
        domain
        for domain in system.domains.values()
        if domain.name in peopled and domain.policy.discovery and domain.store in system.hosts
    )


def _names(domain: Domain, guided: bool) -> tuple[DomainName, ...]:
    policy = ("mta-sts",) if domain.policy.mta_sts is not None and not domain.parked else ()
    labels = (*policy, *(("autoconfig", "autodiscover") if guided else ()))
    return tuple(DomainName(f"{label}.{domain.name}") for label in labels)
