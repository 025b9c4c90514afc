"""An authoritative DNS server for everything: the spec's zones, the world's, and the root.

BIND serves them. It is also what the hosts ask as their resolver: whatever is in none of its
zones is in the root zone, and does not exist. The spec's zones begin without a record of the
spec's, and are filled by what `mailctl dns-records --push` does.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mailctl.dns.formats.zone import by_zone
from mailctl.dns.formats.zone_file import zone_file
from mailctl.dns.record import Record
from mailctl.rehearsal.network import IpAddress
from mailctl.rehearsal.system import give_to
from mailctl.render.environment import render

KEY_NAME = "mailctl-rehearsal"
_FOLDER = "/var/lib/bind"
_KEY = "/etc/bind/mailctl.key"
_ACCOUNT = "bind"

_ROOT = "; The root: all that is not delegated here does not exist.\n"
_TIMES = "1 3600 900 1209600 300"


@dataclass(frozen=True, slots=True)
class _ZoneFile:
    name: str
    file: str
    updated: bool


def lay_zones(
    root: Path,
    records: Iterable[Record],
    wanted: Iterable[Record],
    addresses: Iterable[IpAddress],
    server: str,
) -> Path:
    """Write BIND's configuration and zones into a host's file system; where the key lies that
    its updates are to be signed with.

    `records` are served from the start; the zones of `wanted` are there, for them to be added.
    """
    given, places = list(records), list(addresses)
    folder = root / _FOLDER.lstrip("/")
    zones = [zone.name for zone in by_zone([*given, *wanted])]
    for name in zones:
        (folder / f"{name}.zone").write_text(zone_file(name, given, nameserver=server))
    (folder / "root.zone").write_text(_root_zone(zones, server, places))
    files = [
        _ZoneFile(".", "root.zone", updated=False),
        *(_ZoneFile(name, f"{name}.zone", updated=True) for name in zones),
    ]
    values = {"folder": _FOLDER, "key": _KEY, "key_name": KEY_NAME}
    (root / "etc/bind/named.conf").write_bytes(
        render("rehearsal/named.conf", {}, addresses=places, zones=files, **values)
    )
    return _lay_key(root)


def _lay_key(root: Path) -> Path:
    """A key of this run alone, as tsig-keygen(8) writes it; the daemon owns it."""
    path = root / _KEY.lstrip("/")
    secret = base64.b64encode(secrets.token_bytes(32)).decode()
    path.touch(mode=0o600)
    path.write_text(f'key "{KEY_NAME}" {{\n\talgorithm hmac-sha256;\n\tsecret "{secret}";\n}};\n')
    give_to(root, _KEY, _ACCOUNT)
    return path


def _root_zone(zones: Iterable[str], server: str, addresses: Iterable[IpAddress]) -> str:
    glue = "".join(
        f"{server}. 3600 IN {'A' if place.version == 4 else 'AAAA'} {place}\n"
        for place in addresses
    )
    delegations = "".join(f"{name}. 3600 IN NS {server}.\n" for name in zones)
    return (
        f"{_ROOT}$TTL 3600\n. IN SOA {server}. hostmaster.{server}. {_TIMES}\n"
        f". IN NS {server}.\n{delegations}{glue}"
    )
