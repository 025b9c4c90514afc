"""An authoritative DNS server for everything: the spec's zones, the world's, and the root.

NSD serves the zone files that `mailctl dns-records` writes. It is also what the hosts ask as
their resolver: whatever is in none of its zones is in the root zone, and does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mailctl.dns.formats.zone import by_zone
from mailctl.dns.formats.zone_file import zone_file
from mailctl.dns.record import Record
from mailctl.rehearsal.network import IpAddress
from mailctl.render.environment import render

_ROOT = "; The root: all that is not delegated here does not exist.\n"
_TIMES = "1 3600 900 1209600 300"


@dataclass(frozen=True, slots=True)
class _ZoneFile:
    name: str
    file: str


def lay_zones(
    root: Path, records: Iterable[Record], addresses: Iterable[IpAddress], server: str
) -> None:
    """Write NSD's configuration and zones into a host's file system."""
    given = list(records)
    folder = root / "etc/nsd/zones"
    folder.mkdir()
    zones = [zone.name for zone in by_zone(given)]
    for name in zones:
        (folder / f"{name}.zone").write_text(zone_file(name, given, nameserver=server))
    (folder / "root.zone").write_text(_root_zone(zones, server))
    files = [_ZoneFile(".", "root.zone"), *(_ZoneFile(name, f"{name}.zone") for name in zones)]
    (root / "etc/nsd/nsd.conf").write_bytes(
        render("rehearsal/nsd.conf", {}, addresses=list(addresses), zones=files)
    )


def _root_zone(zones: Iterable[str], server: str) -> str:
    delegations = "".join(f"{name}. 3600 IN NS {server}.\n" for name in zones)
    return (
        f"{_ROOT}$TTL 3600\n. IN SOA {server}. hostmaster.{server}. {_TIMES}\n"
        f". IN NS {server}.\n{delegations}"
    )
