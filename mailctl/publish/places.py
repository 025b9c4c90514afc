"""Which names and types are looked at: those that are wanted, and those where mail records of
a former spec may be left: what a spec can ask for, and this one does not.

No list is ever complete: DKIM selectors cannot be guessed, so that those which a spec does not
name any more are looked at only where somebody knows them (`retired`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.dns.discovery import SERVICES
from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.system import System
from mailctl.publish.dialogue import Question

_TEXTS = ("", "_dmarc.", "_smtp._tls.", "_mta-sts.", "*._domainkey.")
"""Before a domain's name: SPF, DMARC, TLS-RPT, MTA-STS, and the key of a parked domain."""


def places(
    wanted: Iterable[Record],
    system: System,
    zone: str = "",
    retired: Iterable[tuple[str, str]] = (),
) -> tuple[Question, ...]:
    """Names and types, sorted; with `zone` only those that the spec takes to be in it.
    `retired` are DKIM keys that were published once: domain and selector."""
    zones = Zones(system)
    asked = {(record.name, record.type) for record in wanted if zone in ("", record.zone)}
    former = {
        (name, kind) for name, kind in _former(system, retired) if zone in ("", zones.of(name)[0])
    }
    return tuple(sorted(asked | former))


def _former(system: System, retired: Iterable[tuple[str, str]]) -> Iterator[Question]:
    for domain in system.domains:
        yield domain, "MX"
        yield from ((f"{prefix}{domain}", "TXT") for prefix in _TEXTS)
        yield from ((f"{service}._tcp.{domain}", "SRV") for service in SERVICES)
    for host in system.hosts.values():
        yield from ((host.fqdn, kind) for kind in ("A", "AAAA", "TXT"))
        yield f"_25._tcp.{host.fqdn}", "TLSA"
    yield from ((f"{selector}._domainkey.{domain}", "TXT") for domain, selector in retired)
