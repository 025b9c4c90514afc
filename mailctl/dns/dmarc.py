"""DMARC (RFC 9989): what receivers do with mail that only pretends to be from a domain.

Tags that say what holds anyway are left out. Where reports go to another domain that
domain must consent by a record of its own (RFC 9990, 4), which we write where it is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from mailctl.dns.mailto import mailto
from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.settings import Dmarc
from mailctl.model.system import System

_MAILTO = re.compile(r"mailto:([^,;!\s]+)@([^,;!\s@]+)", re.IGNORECASE)


def dmarc_records(system: System, zones: Zones) -> Iterator[Record]:
    """The policy of each domain, and the consent of each of our domains that gets reports."""
    consents: dict[str, Record] = {}
    for domain in system.domains.values():
        text = domain_text(domain)
        yield zones.record(f"_dmarc.{domain.name}", "TXT", text, why=_reason(domain))
        for destination in report_domains(text):
            if destination in system.domains and not _related(domain.name, destination):
                record = _consent(domain.name, destination, zones)
                consents[record.name] = record
    yield from consents.values()


def missing_consents(system: System) -> tuple[tuple[DomainName, str], ...]:
    """Consents that only somebody else can publish: the foreign domain that gets our reports,
    and the name at which it has to say `v=DMARC1;`. Without it no reports are sent there."""
    return tuple(
        (destination, consent_name(domain.name, destination))
        for domain in system.domains.values()
        for destination in report_domains(domain_text(domain))
        if destination not in system.domains and not _related(domain.name, destination)
    )


def consent_name(domain: DomainName, destination: DomainName) -> str:
    """Where `destination` says that it takes the reports about `domain` (RFC 9990, 4)."""
    return f"{domain}._report._dmarc.{destination}"


def domain_text(domain: Domain) -> str:
    """A domain's record; a parked one refuses everything, whatever its policy says."""
    dmarc = domain.policy.dmarc
    if domain.parked:
        return _joined([("p", "reject"), ("sp", "reject"), *_reports(dmarc)])
    if dmarc.record:
        return dmarc.record
    tags = [("p", dmarc.policy)]
    if dmarc.subdomain_policy:
        tags.append(("sp", dmarc.subdomain_policy))
    if dmarc.nonexistent_policy:
        tags.append(("np", dmarc.nonexistent_policy))
    if dmarc.testing:
        tags.append(("t", "y"))
    if dmarc.dkim_alignment == "strict":
        tags.append(("adkim", "s"))
    if dmarc.spf_alignment == "strict":
        tags.append(("aspf", "s"))
    return _joined([*tags, *_reports(dmarc)])


def report_domains(text: str) -> tuple[DomainName, ...]:
    """The domains of all report addresses in a record's text, lower-case, each once."""
    found = (DomainName(unquote(match[2]).rstrip(".").lower()) for match in _MAILTO.finditer(text))
    return tuple(dict.fromkeys(found))


def _joined(tags: list[tuple[str, str]]) -> str:
    return "; ".join(f"{name}={value}" for name, value in [("v", "DMARC1"), *tags])


def _reports(dmarc: Dmarc) -> Iterator[tuple[str, str]]:
    if dmarc.reports:
        yield "rua", ",".join(map(mailto, dmarc.reports))
    if dmarc.failure_reports:
        yield "ruf", ",".join(map(mailto, dmarc.failure_reports))
        yield "fo", "1"  # a report when either of SPF and DKIM fails, not only when both do


def _related(domain: DomainName, destination: DomainName) -> bool:
    """Where one lies within the other they have one Organizational Domain, and nobody asks for
    a consent (RFC 9990, 4)."""
    return _within(domain, destination) or _within(destination, domain)


def _within(name: str, ancestor: str) -> bool:
    return name == ancestor or name.endswith(f".{ancestor}")


def _reason(domain: Domain) -> str:
    if domain.parked:
        return f"{domain.name} is parked: mail from it is forged, refuse it (RFC 9989)"
    if domain.policy.dmarc.record:
        return f"the DMARC record of {domain.name}, word for word from the spec (RFC 9989)"
    return f"what to do with mail that only pretends to be from {domain.name} (RFC 9989)"


def _consent(domain: DomainName, destination: DomainName, zones: Zones) -> Record:
    return zones.record(
        consent_name(domain, destination),
        "TXT",
        "v=DMARC1;",
        why=f"{destination} agrees to get the DMARC reports about {domain} (RFC 9990)",
    )
