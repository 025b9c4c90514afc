"""Who receives a domain's mail (RFC 5321, 5.1; RFC 7505 for a domain that receives none)."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.domain import Domain
from mailctl.model.system import System

_STEP = 10


def mx_records(system: System, zones: Zones) -> Iterator[Record]:
    """An MX for each receiving host, in order of preference."""
    for domain in system.domains.values():
        if domain.parked:
            yield _null_mx(domain, zones)
            continue
        for place, name in enumerate(domain.mx, start=1):
            host = system.hosts[name]
            yield zones.record(
                domain.name,
                "MX",
                f"{place * _STEP} {host.fqdn}.",
                why=f"host {name} receives mail for {domain.name}"
                + (" when those before it do not answer" if place > 1 else ""),
            )


def _null_mx(domain: Domain, zones: Zones) -> Record:
    """Its name may have an address that the spec does not know: a web site's, as often as not."""
    why = f"{domain.name} is parked: it takes no mail, not even where it has a web site (RFC 7505)"
    return zones.record(domain.name, "MX", "0 .", why)
