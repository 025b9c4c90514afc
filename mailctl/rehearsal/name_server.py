"""An authoritative DNS server for everything: the spec's zones, the world's, and the root.

BIND serves them. It is also what the hosts ask as their resolver: whatever is in none of its
zones is in the root zone, and does not exist. The spec's zones begin without a record of the
spec's, and are filled by what `mailctl dns-records --push` does.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mailctl.dns.formats.zone import by_zone
from mailctl.dns.formats.zone_file import zone_file
from mailctl.dns.record import Record
from mailctl.model.tsig_key import TsigKey
from mailctl.rehearsal.network import IpAddress
from mailctl.rehearsal.system import give_to
from mailctl.rehearsal.updaters import Updater
from mailctl.render.environment import render

KEY_NAME = "mailctl-rehearsal"
_FOLDER = "/var/lib/bind"
_KEY = "/etc/bind/mailctl.key"
UPDATERS_KEYS = "/etc/bind/updaters.key"
"""The keys of hosts that change records of theirs; of a rehearsal's name server."""
_ACCOUNT = "bind"

_ROOT = "; The root: all that is not delegated here does not exist.\n"
_TIMES = "1 3600 900 1209600 300"


@dataclass(frozen=True, slots=True)
class _ZoneFile:
    """`grants` are names of keys, each with a name whose TXT records it may change."""

    name: str
    file: str
    updated: bool
    grants: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    address: IpAddress
    port: int = 53


def lay_zones(
    root: Path,
    records: Iterable[Record],
    wanted: Iterable[Record],
    addresses: Iterable[IpAddress],
    server: str,
    updaters: tuple[Updater, ...] = (),
) -> Path:
    """Write BIND's configuration and zones into a host's file system; where the key lies that
    its updates are to be signed with.

    `records` are served from the start; the zones of `wanted` are there, for them to be added.
    `updaters` may change records of theirs by keys of their own.
    """
    given, places = list(records), list(addresses)
    folder = root / _FOLDER.lstrip("/")
    zones = [zone.name for zone in by_zone([*given, *wanted])]
    for name in zones:
        (folder / f"{name}.zone").write_text(zone_file(name, given, nameserver=server))
    (folder / "root.zone").write_text(_root_zone(zones, server, places))
    files = [
        _ZoneFile(".", "root.zone", updated=False),
        *(
            _ZoneFile(name, f"{name}.zone", updated=True, grants=_grants(name, zones, updaters))
            for name in zones
        ),
    ]
    asked = [*map(_Place, places), *(_Place(each.address, each.port) for each in updaters)]
    (root / "etc/bind/named.conf").write_bytes(
        render(
            "rehearsal/named.conf",
            {},
            places=list(dict.fromkeys(asked)),
            zones=files,
            folder=_FOLDER,
            keys=(_KEY, UPDATERS_KEYS),
            key_name=KEY_NAME,
        )
    )
    _lay_keys(root, UPDATERS_KEYS, dict.fromkeys(each.key for each in updaters))
    # one of this run alone
    return _lay_keys(root, _KEY, (TsigKey(KEY_NAME, "hmac-sha256", secrets.token_bytes(32)),))


def _grants(
    zone: str, zones: Iterable[str], updaters: Iterable[Updater]
) -> tuple[tuple[str, str], ...]:
    """The names in a zone, and in no zone below it, each with the key that changes it."""
    below = [f".{name}" for name in zones if name.endswith(f".{zone}")]
    return tuple(
        dict.fromkeys(
            (each.key.name, name)
            for each in updaters
            for name in each.names
            if name.endswith(f".{zone}") and not name.endswith(tuple(below))
        )
    )


def _lay_keys(root: Path, place: str, keys: Iterable[TsigKey]) -> Path:
    """As tsig-keygen(8) writes them; the daemon owns the file."""
    path = root / place.lstrip("/")
    path.touch(mode=0o600)
    path.write_text("".join(map(_statement, keys)))
    give_to(root, place, _ACCOUNT)
    return path


def _statement(key: TsigKey) -> str:
    """named.conf(5)."""
    clauses = f'\talgorithm {key.algorithm};\n\tsecret "{key.base64}";\n'
    return f'key "{key.name}" {{\n{clauses}}};\n'


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
