"""What the world may know of a host's certificate: TLSA (RFC 7672), and CAA (RFC 8659)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.host import Role
from mailctl.model.system import System

KeyDigests = Mapping[str, tuple[str, ...]]
"""By host name: the SHA-256 of each public key that its `tlsa` files hold, as hexadecimal."""

_DANE_EE_SPKI_SHA256 = "3 1 1"
"""The host's own key, by its digest: what survives a renewal and names no authority
(RFC 7672, 3.1.1)."""


def tlsa_records(system: System, zones: Zones, digests: KeyDigests) -> Iterator[Record]:
    """The keys that each MX host shows now and next."""
    for host in system.hosts.values():
        if not host.tlsa or not host.has(Role.MX):
            continue
        for file, digest in zip(host.tlsa, digests[host.name], strict=True):
            yield zones.record(
                f"_25._tcp.{host.fqdn}",
                "TLSA",
                f"{_DANE_EE_SPKI_SHA256} {digest}",
                why=f"the key in {file.name}: senders with DANE hand mail for host"
                f" {host.name} only to who holds it (RFC 7672, 3.1.1)",
            )


def caa_records(system: System, zones: Zones) -> Iterator[Record]:
    """Who may issue certificates for each host's name."""
    for host in system.hosts.values():
        for authority in host.caa:
            why = f"certificates for host {host.name} come from {authority} (RFC 8659, 4.2)"
            yield zones.record(host.fqdn, "CAA", f'0 issue "{authority}"', why)
        if host.caa:
            why = f"nobody needs a certificate for all names below {host.fqdn} (RFC 8659, 4.3)"
            yield zones.record(host.fqdn, "CAA", '0 issuewild ";"', why)
