"""MTA-STS (RFC 8461): the policy of a domain as a text, and the TXT that announces it.

Senders fetch the policy over HTTPS from `mta-sts.DOMAIN`, and again when the id in the TXT has
changed; so the id is made of the policy's own bytes, and cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.system import System

_ID_LENGTH = 20
"""Of the 32 letters and digits that RFC 8461, 3.1 allows."""


def mta_sts_records(system: System, zones: Zones) -> Iterator[Record]:
    """The announcement of each domain that has a policy."""
    for domain, text in policies(system):
        yield zones.record(
            f"_mta-sts.{domain}",
            "TXT",
            f"v=STSv1; id={policy_id(text)};",
            why=f"the policy of {domain} at {policy_url(domain)}, its id made of its content"
            " (RFC 8461, 3.1)",
        )


def policies(system: System) -> Iterator[tuple[DomainName, str]]:
    """The policy text of each domain that has one, as it has to be served."""
    for domain in system.domains.values():
        if domain.policy.mta_sts is not None and not domain.parked:
            yield domain.name, _policy(domain, system)


def policy_url(domain: DomainName) -> str:
    """Where senders look for it (RFC 8461, 3.2)."""
    return f"https://mta-sts.{domain}/.well-known/mta-sts.txt"


def policy_id(text: str) -> str:
    """Another text, another id; letters and digits only."""
    import hashlib  # most specs have no policy

    return hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]


def _policy(domain: Domain, system: System) -> str:
    """Lines end in CR LF, the MX hosts stand in their order of preference (RFC 8461, 3.2)."""
    sts = domain.policy.mta_sts
    assert sts is not None  # noqa: S101 - for mypy: `policies` asked
    lines = [
        "version: STSv1",
        f"mode: {sts.mode}",
        *(f"mx: {system.hosts[name].fqdn}" for name in domain.mx),
        f"max_age: {sts.max_age // timedelta(seconds=1)}",
    ]
    return "".join(f"{line}\r\n" for line in lines)
