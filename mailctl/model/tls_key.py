"""The keys that a host shows on port 25, one after the other, and what DNS is to say of each.

Senders with DANE hand mail only to who holds a key that a TLSA record names (RFC 7672, 3.1.1), and
caches keep records for their TTL. So a key's record comes first, and the key is shown when no
sender can have a former answer any more (RFC 7671, 8.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from mailctl.model.names import DomainName


class KeyStage(Enum):
    """In their order. `wanted`: the host is to make it; `published`: its record is to be in DNS,
    and nobody is shown it yet; `shown`: the host shows it; `retiring`: it shows the next one, and
    the record may go; `removed`: there is no record, and the host deletes it."""

    WANTED = "wanted"
    PUBLISHED = "published"
    SHOWN = "shown"
    RETIRING = "retiring"
    REMOVED = "removed"


IN_DNS = (KeyStage.PUBLISHED, KeyStage.SHOWN, KeyStage.RETIRING)
"""The stages in which DNS is to have a key's record."""


@dataclass(frozen=True, slots=True)
class TlsKey:
    """`number` counts a host's keys from 1. `digest` is the SHA-256 of its SubjectPublicKeyInfo as
    hexadecimal (RFC 6698, 2.1: selector 1, matching type 1); empty while nobody has seen it."""

    number: int
    stage: KeyStage
    digest: str = ""

    def lineage(self, fqdn: DomainName) -> str:
        """What the host calls the certificates of this key; the first one's name is the host's."""
        return fqdn if self.number == 1 else f"{fqdn}-key{self.number}"


@dataclass(frozen=True, slots=True)
class HostKeys:
    """The keys that lie on a host, by their digests: `served` what its daemons are given, by the
    certificate's name; `lineages` what it has from its authority; `proved` are the names of which
    every port has shown the present certificate."""

    served: Mapping[str, str]
    lineages: Mapping[str, str]
    proved: frozenset[str] = frozenset()
