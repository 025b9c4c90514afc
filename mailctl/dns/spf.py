"""SPF (RFC 7208): which hosts may send as a domain, and as the name that a host says in HELO.

A name has exactly one SPF record (3.2); where a host's name is itself a domain the record
serves both. Hosts that send but are no MX are named with `a:`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.record import Record
from mailctl.dns.senders import sending_hosts
from mailctl.dns.zones import Zones
from mailctl.model.domain import Domain
from mailctl.model.host import Host
from mailctl.model.names import DomainName
from mailctl.model.settings import Spf
from mailctl.model.system import System

QUALIFIERS = {"fail": "-all", "softfail": "~all", "neutral": "?all"}


def spf_records(system: System, zones: Zones) -> Iterator[Record]:
    """One record for each domain, and one for each host name that is no domain."""
    senders = sending_hosts(system)
    hosts = {host.fqdn: host for host in system.hosts.values()}
    for domain in system.domains.values():
        named = hosts.get(domain.name)
        if domain.parked:
            yield _parked(domain, named, zones)
        else:
            yield _domain(domain, named, senders[domain.name], system, zones)
    for host in system.hosts.values():
        if host.fqdn not in system.domains:
            yield _helo(host, zones)


def sent_texts(system: System) -> Iterator[tuple[DomainName, str]]:
    """The record of each domain that sends, where it is put together from parts."""
    senders = sending_hosts(system)
    hosts = {host.fqdn: host for host in system.hosts.values()}
    for domain in system.domains.values():
        if not domain.parked and not domain.policy.spf.record:
            others = _others(domain, senders[domain.name], system)
            yield domain.name, _text(domain, hosts.get(domain.name), others, system)


def domain_text(spf: Spf, receives: bool, also: tuple[str, ...] = (), itself: bool = False) -> str:
    """A domain's record. `also` are names of hosts that send besides its MX hosts; `itself`
    says that the domain's own addresses send. An exact `record` wins over everything."""
    if spf.record:
        return spf.record
    terms = ["v=spf1"]
    terms += ["mx"] if receives else []
    terms += ["a"] if itself else []
    terms += [f"a:{name}" for name in also]
    terms += [f"include:{name}" for name in spf.include]
    return " ".join([*terms, QUALIFIERS[spf.all]])


def _domain(
    domain: Domain, named: Host | None, senders: tuple[Host, ...], system: System, zones: Zones
) -> Record:
    others = _others(domain, senders, system)
    text = _text(domain, named, others, system)
    return zones.record(domain.name, "TXT", text, why=_reason(domain, named, others))


def _receivers(domain: Domain, system: System) -> set[DomainName]:
    return {system.hosts[name].fqdn for name in domain.mx}


def _others(domain: Domain, senders: tuple[Host, ...], system: System) -> tuple[DomainName, ...]:
    """The names of hosts that send for the domain and are no MX of it."""
    receivers = _receivers(domain, system)
    return tuple(host.fqdn for host in senders if host.fqdn not in receivers)


def _text(
    domain: Domain, named: Host | None, others: tuple[DomainName, ...], system: System
) -> str:
    receivers = _receivers(domain, system)
    return domain_text(
        domain.policy.spf,
        receives=bool(receivers),
        also=tuple(name for name in others if name != domain.name),
        itself=named is not None and named.fqdn not in receivers,
    )


def _reason(domain: Domain, named: Host | None, others: tuple[str, ...]) -> str:
    spf = domain.policy.spf
    if spf.record:
        return f"the SPF record of {domain.name}, word for word from the spec (RFC 7208)"
    helo = f"; it is also what host {named.name} says in HELO" if named else ""
    partners = [f"those that {name} lists" for name in spf.include]
    senders = ", ".join(("its mail hosts", *others, *partners))
    return f"mail from {domain.name} comes from {senders} and nobody else{helo} (RFC 7208, 10.1)"


def _parked(domain: Domain, named: Host | None, zones: Zones) -> Record:
    """Nobody sends as a parked domain; a host of that name still says it in HELO."""
    text = "v=spf1 a -all" if named else "v=spf1 -all"
    return zones.record(
        domain.name,
        "TXT",
        text,
        why=f"{domain.name} is parked: it sends no mail (RFC 7208, 10.1.2)",
    )


def _helo(host: Host, zones: Zones) -> Record:
    return zones.record(
        host.fqdn,
        "TXT",
        "v=spf1 a -all",
        why=f"host {host.name} says this name in HELO, which is what bounces with their empty"
        " sender are judged by (RFC 7208, 2.4)",
    )
