"""Which DNS records of the spec a plan concerns, as far as that is known without asking DNS.

Where mail would fail without them: keys that come to sign (RFC 6376, 3.6.2), domains that come
to a host and their MX (RFC 5321, 5.1), certificates that are made anew and are pinned (RFC 7672).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.deploy.entries import Delta
from mailctl.deploy.plan import Kind, Plan
from mailctl.deploy.signing import key_of
from mailctl.dns.dkim import record_name
from mailctl.dns.record import Record

_DOMAINS = "domains"
"""What `Entries.plural` calls the keys of maps that say for which domains a host is."""


@dataclass(frozen=True, slots=True, order=True)
class DnsEffect:
    """A record that must be published, and because of what."""

    name: str
    type: str
    because: str


def dns_effects(
    plan: Plan, changes: Iterable[Delta], records: Iterable[Record]
) -> tuple[DnsEffect, ...]:
    """The records concerned, sorted; only such as the spec asks for."""
    asked = {(record.name, record.type) for record in records}
    effects = (*_keys(plan), *_domains(changes), *_certificate(plan))
    return tuple(sorted(one for one in set(effects) if (one.name, one.type) in asked))


def _keys(plan: Plan) -> Iterable[DnsEffect]:
    """A key whose file is new on the host, or another one under the same name."""
    for change in plan.changes:
        key = key_of(change.subject) if change.kind is Kind.FILE else None
        if key and change.after and change.after != change.before:
            domain, selector = key
            yield DnsEffect(record_name(domain, selector), "TXT", f"a new key of {domain}")


def _domains(changes: Iterable[Delta]) -> Iterable[DnsEffect]:
    for delta in changes:
        if delta.entries.plural == _DOMAINS:
            for name in delta.added:
                yield DnsEffect(name, "MX", "the domain is new on the host")


def _certificate(plan: Plan) -> Iterable[DnsEffect]:
    for name in plan.subjects(Kind.CERTIFICATE, "make"):
        yield DnsEffect(f"_25._tcp.{name}", "TLSA", "the certificate is made anew")
