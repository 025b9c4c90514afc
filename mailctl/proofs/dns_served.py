"""The world sees the records that the spec asks for, and no other of their names and types."""

from __future__ import annotations

from mailctl.dns.record import Record
from mailctl.model.host import Host
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.world_dns import lookup


def _try(ground: Ground, host: Host) -> str:
    concerned = [record for record in ground.records if _concerns(ground, host, record)]
    if not concerned:
        raise NotApplicable("no records of this host's names are known here")
    wanted: dict[tuple[str, str], list[str]] = {}
    for record in concerned:
        wanted.setdefault((record.name, record.type), []).append(record.data)
    for (name, kind), data in wanted.items():
        served = lookup(ground, name, kind)
        if served != tuple(sorted(data)):
            raise Refuted(f"{name} {kind} is {served}, the spec says {sorted(data)}")
    return f"{len(concerned)} records as printed: {', '.join(_kinds(concerned))}"


def _concerns(ground: Ground, host: Host, record: Record) -> bool:
    """Whether the record is about the host, its addresses or a domain that it serves."""
    domains = ground.system.domains.values()
    names = {host.fqdn} | {
        domain.name
        for domain in domains
        if domain.parked or host.name in {domain.store, *domain.mx}
    }
    pointers = {address.reverse_pointer for address in host.addresses}
    return record.name in pointers or any(
        record.name == name or record.name.endswith(f".{name}") for name in names
    )


def _kinds(records: list[Record]) -> list[str]:
    """What kinds of records there were, with how many of each."""
    counted: dict[str, int] = {}
    for record in records:
        counted[_kind(record)] = counted.get(_kind(record), 0) + 1
    return [f"{count} {kind}" for kind, count in sorted(counted.items())]


def _kind(record: Record) -> str:
    tags = {"v=spf1": "SPF", "v=DKIM1": "DKIM", "v=DMARC1": "DMARC"}
    return next((kind for tag, kind in tags.items() if record.data.startswith(tag)), record.type)


PROOF = Statement(
    id="dns-served",
    statement="the world's DNS serves the spec's records as printed",
    attempt=_try,
)
