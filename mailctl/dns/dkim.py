"""DKIM key records (RFC 6376, 3.6.1; RFC 8463 for Ed25519)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector, KeyState
from mailctl.model.system import System


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a signing key: the `k=` tag, and the `p=` tag in base64."""

    algorithm: str  # rsa | ed25519
    data: str


PublicKeys = Mapping[tuple[DomainName, str], PublicKey]
"""By domain and selector, for every selector of every domain that is signed, but revoked ones."""

REVOCATION = "v=DKIM1; p="
"""The key was revoked; signatures by it count no longer (RFC 6376, 3.6.1)."""

_USES = {
    KeyState.PUBLISHED: "is published, to sign as soon as all name servers carry it",
    KeyState.SIGNING: "signs outgoing mail",
    KeyState.RETIRING: "signs no longer; mail that it signed is still on its way",
    KeyState.REVOKED: "is revoked: whoever has it signs in vain",
}


def dkim_records(system: System, zones: Zones, public_keys: PublicKeys) -> Iterator[Record]:
    """A record for each selector of each domain; for a parked domain one that revokes all.

    Raises KeyError when `public_keys` lacks a selector: who calls has forgotten to make it.
    """
    for domain in system.domains.values():
        if domain.parked:
            yield _no_keys(domain, zones)
            continue
        for selector in domain.policy.dkim:
            if selector.revoked:
                yield _record(domain, selector, REVOCATION, zones)
                continue
            key = public_keys[domain.name, selector.selector]
            yield _record(domain, selector, key_text(selector, key), zones)


def record_name(domain: DomainName, selector: str) -> str:
    """Where verifiers look for a key (RFC 6376, 3.6.2.1)."""
    return f"{selector}._domainkey.{domain}"


def key_text(selector: DkimSelector, key: PublicKey) -> str:
    """The record's text; `h=` stands there only where the spec asks for it."""
    hashes = f" h={selector.hashes};" if selector.hashes else ""
    return f"v=DKIM1;{hashes} k={key.algorithm}; p={key.data};"


def _record(domain: Domain, selector: DkimSelector, text: str, zones: Zones) -> Record:
    return zones.record(
        record_name(domain.name, selector.selector),
        "TXT",
        text,
        why=f"the DKIM key {selector.selector} ({selector.key.value}) of {domain.name}"
        f" {_use(domain, selector)} (RFC 6376, 3.6.1)",
    )


def _use(domain: Domain, selector: DkimSelector) -> str:
    if selector.state is not None:
        return _USES[selector.state]
    signs = selector is domain.policy.dkim[0]
    return "signs outgoing mail" if signs else "is published beside the one that signs"


def _no_keys(domain: Domain, zones: Zones) -> Record:
    return zones.record(
        f"*._domainkey.{domain.name}",
        "TXT",
        REVOCATION,
        why=f"{domain.name} is parked: no DKIM key is valid, an empty p= revokes (RFC 6376, 3.6.1)",
    )
