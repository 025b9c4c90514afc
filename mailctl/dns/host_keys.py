"""What the world may know of a host's certificate: TLSA (RFC 7672), and CAA (RFC 8659)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailctl.dns.record import Record
from mailctl.dns.tlsa import tlsa_data, tlsa_name
from mailctl.dns.zones import Zones
from mailctl.model.host import Role
from mailctl.model.system import System
from mailctl.model.tls_key import IN_DNS, KeyStage

KeyDigests = Mapping[str, tuple[str, ...]]
"""By host name: the SHA-256 of each public key that its `tlsa` files hold, as hexadecimal."""

_WHY = {
    KeyStage.PUBLISHED: "will show",
    KeyStage.SHOWN: "shows",
    KeyStage.RETIRING: "showed until now",
}


def tlsa_records(system: System, zones: Zones, digests: KeyDigests) -> Iterator[Record]:
    """The keys that each MX host shows now and next."""
    for host in system.hosts.values():
        if not host.has(Role.MX):
            continue
        files = zip(host.tlsa, digests[host.name] if host.tlsa else (), strict=True)
        named = [(digest, f"the key in {file.name}") for file, digest in files]
        named += [
            (key.digest, f"key {key.number}, which it {_WHY[key.stage]}")
            for key in host.tls_keys
            if key.stage in IN_DNS
        ]
        for digest, which in named:
            yield zones.record(
                tlsa_name(host.fqdn),
                "TLSA",
                tlsa_data(digest),
                why=f"{which}: senders with DANE hand mail for host"
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
