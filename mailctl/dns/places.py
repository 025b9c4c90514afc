"""Where a spec can ask for mail records: what is there and not wanted is of a former spec.

No list is ever complete: DKIM selectors cannot be guessed, so that those which a spec does not
name any more are looked at only where somebody knows them (`retired`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.dns.discovery import SERVICES
from mailctl.dns.dkim import record_name
from mailctl.model.names import DomainName
from mailctl.model.system import System

LONGEST_NAME = 253
"""Characters of a name without escapes and without the final dot (RFC 1035, 2.3.4)."""

Place = tuple[str, str]
"""A name and a type."""

Selector = tuple[DomainName, str]
"""A DKIM key: the domain and its selector."""

_TEXTS = ("", "_dmarc.", "_smtp._tls.", "_mta-sts.", "*._domainkey.")
"""Before a domain's name: SPF, DMARC, TLS-RPT, MTA-STS, and the key of a parked domain."""


def mail_places(system: System, retired: Iterable[Selector] = ()) -> Iterator[Place]:
    """Names and types, some perhaps twice; those that are too long for DNS are left out."""
    return (place for place in _places(system, retired) if len(place[0]) <= LONGEST_NAME)


def _places(system: System, retired: Iterable[Selector]) -> Iterator[Place]:
    for domain in system.domains:
        yield domain, "MX"
        yield from ((f"{prefix}{domain}", "TXT") for prefix in _TEXTS)
        yield from ((f"{service}._tcp.{domain}", "SRV") for service in SERVICES)
    for host in system.hosts.values():
        yield from ((host.fqdn, kind) for kind in ("A", "AAAA", "TXT"))
        yield from ((each.name, kind) for each in host.names for kind in ("A", "AAAA"))
        yield f"_25._tcp.{host.fqdn}", "TLSA"
    yield from ((record_name(domain, selector), "TXT") for domain, selector in retired)
