"""DKIM key records (RFC 6376, 3.6.1; RFC 8463 for Ed25519)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a signing key: the `k=` tag, and the `p=` tag in base64."""

    algorithm: str  # rsa | ed25519
    data: str


PublicKeys = Mapping[tuple[DomainName, str], PublicKey]
"""By domain and selector, for every selector of every domain that is signed."""


def dkim_records(system: System, zones: Zones, public_keys: PublicKeys) -> Iterator[Record]:
    """A record for each selector of each domain; for a parked domain one that revokes all.

    Raises KeyError when `public_keys` lacks a selector: who calls has forgotten to make it.
    """
    for domain in system.domains.values():
        if domain.parked:
            yield _no_keys(domain, zones)
            continue
        for selector in domain.policy.dkim:
            yield _key(domain, selector, public_keys[domain.name, selector.selector], zones)


def key_text(selector: DkimSelector, key: PublicKey) -> str:
    """The record's text; `h=` stands there only where the spec asks for it."""
    hashes = f" h={selector.hashes};" if selector.hashes else ""
    return f"v=DKIM1;{hashes} k={key.algorithm}; p={key.data};"


def _key(domain: Domain, selector: DkimSelector, key: PublicKey, zones: Zones) -> Record:
    signs = selector is domain.policy.dkim[0]
    use = "signs outgoing mail" if signs else "is published beside the one that signs"
    return zones.record(
        f"{selector.selector}._domainkey.{domain.name}",
        "TXT",
        key_text(selector, key),
        why=f"the DKIM key {selector.selector} ({selector.key.value}) of {domain.name} {use}"
        " (RFC 6376, 3.6.1)",
    )


def _no_keys(domain: Domain, zones: Zones) -> Record:
    return zones.record(
        f"*._domainkey.{domain.name}",
        "TXT",
        "v=DKIM1; p=",
        why=f"{domain.name} is parked: no DKIM key is valid, an empty p= revokes (RFC 6376, 3.6.1)",
    )
