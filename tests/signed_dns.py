"""A small world of its own with DNSSEC: a signed root, and below it zones that are signed, signed
and then forged, or not signed at all. One BIND serves them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import dns.dnssec
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec
from dns.dnssectypes import Algorithm

_FOLDER = "/var/lib/bind"
_SECURE_ENTRY_POINT = 257
_LIFETIME = 14 * 86400


@dataclass(frozen=True, slots=True)
class SignedZone:
    """The text of a zone file, its DNSKEY's data, and the DS that its parent has of it."""

    text: str
    key: str
    delegation: str


def signed(name: str, text: str) -> SignedZone:
    """A zone under its origin (`.`, `safe.example.`), signed by one new key, with NSEC."""
    private = ec.generate_private_key(ec.SECP256R1())
    public = dns.dnssec.make_dnskey(
        private.public_key(), Algorithm.ECDSAP256SHA256, _SECURE_ENTRY_POINT
    )
    zone = dns.zone.from_text(text, origin=name, relativize=False)
    dns.dnssec.sign_zone(zone, keys=[(private, public)], lifetime=_LIFETIME)
    ds = dns.dnssec.make_ds(name, public, "SHA256")
    return SignedZone(zone.to_text(), public.to_text(), f"{name} 300 IN DS {ds.to_text()}\n")


def lay_name_server(root: Path, address: str, zones: dict[str, str]) -> None:
    """BIND's configuration and zone files in a host's file system."""
    lines = [
        f'options {{ directory "{_FOLDER}"; listen-on {{ {address}; }}; listen-on-v6 {{ none; }};',
        "recursion no; dnssec-validation no; empty-zones-enable no; notify no; };",
        "controls { };",
    ]
    for name, text in zones.items():
        file = f"{name.strip('.') or 'root'}.zone"
        (root / _FOLDER.lstrip("/") / file).write_text(text)
        lines.append(f'zone "{name}" {{ type primary; file "{file}"; }};')
    (root / "etc/bind/named.conf").write_text("\n".join(lines) + "\n")


def lay_root(root: Path, address: str, key: str) -> None:
    """Another root than the Internet's, where Debian's dns-root-data keeps what is known of it."""
    data = root / "usr/share/dns"
    (data / "root.key").write_text(f". 172800 IN DNSKEY {key}\n")
    (data / "root.hints").write_text(
        f". 3600000 NS ns.root.example.\nns.root.example. 3600000 A {address}\n"
    )
