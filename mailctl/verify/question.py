"""What is asked of DNS: the names and types of the spec's records, and the places where a spec
could ask for records and this one does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailctl.dns.meaning import TxtRole
from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.names import DomainName
from mailctl.model.system import System
from mailctl.verify.live import LONGEST_NAME

_TXT_PLACES = (
    ("_dmarc", TxtRole.DMARC),  # RFC 9989, 4.8
    ("_mta-sts", TxtRole.MTA_STS),  # RFC 8461, 3.1
    ("_smtp._tls", TxtRole.TLS_RPT),  # RFC 8460, 3
)
_SERVICES = ("_submission", "_submissions", "_imap", "_imaps", "_pop3", "_pop3s", "_sieve")
"""What clients look for by SRV (RFC 6186, RFC 8314, RFC 5804)."""

Selector = tuple[DomainName, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One name and type. `wanted` may be empty; then `role` is what a TXT there must be for to
    be obsolete. `settled`: what stands there and is not wanted is outdated, for the spec has
    said all that there is to say about it."""

    zone: str
    name: str
    type: str
    wanted: tuple[Record, ...] = ()
    role: TxtRole = TxtRole.OTHER
    settled: bool = False


def questions(
    system: System, records: Iterable[Record], retired: Iterable[Selector] = ()
) -> tuple[Question, ...]:
    """Each name and type once, sorted by zone, name and type."""
    wanted: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        wanted.setdefault((record.name, record.type), []).append(record)
    found = {
        place: Question(members[0].zone, *place, wanted=tuple(members), settled=True)
        for place, members in wanted.items()
    }
    for question in _places(system, retired):
        if len(question.name) <= LONGEST_NAME:
            found.setdefault((question.name, question.type), question)
    return tuple(sorted(found.values(), key=lambda each: (each.zone, each.name, each.type)))


def _places(system: System, retired: Iterable[Selector]) -> Iterator[Question]:
    zones = Zones(system)
    for domain in system.domains:
        for label, role in _TXT_PLACES:
            yield Question(domain, f"{label}.{domain}", "TXT", role=role)
        for service in _SERVICES:
            yield Question(domain, f"{service}._tcp.{domain}", "SRV")
    for host in system.hosts.values():
        zone, _ = zones.of(host.fqdn)
        yield Question(zone, f"_25._tcp.{host.fqdn}", "TLSA")
        for kind in ("A", "AAAA"):
            yield Question(zone, host.fqdn, kind, settled=True)
    for domain, selector in retired:
        name = f"{selector}._domainkey.{domain}"
        yield Question(zones.of(domain)[0], name, "TXT", role=TxtRole.DKIM)
