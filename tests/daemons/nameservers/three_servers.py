"""BIND, Knot and PowerDNS on one throwaway host, each with its own configuration and zones."""

from __future__ import annotations

import base64
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsig
import dns.update

from mailctl.rehearsal.throwaway import ThrowawayHost

KEY_NAME = "mailctl-push"
SECRET = base64.b64encode(bytes(range(32))).decode()
FALSE_SECRET = base64.b64encode(bytes(range(1, 33))).decode()
ALGORITHM = "hmac-sha256"

ZONES = (
    "office.example",
    "shop.example",
    "office-old.example",
    "big.example",
    "113.0.203.in-addr.arpa",
)
LOCKED = "locked.example"
"""A zone that takes no updates from anybody."""

PATIENCE = 20.0


def tsig_file(folder: Path, name: str = KEY_NAME, secret: str = SECRET) -> Path:
    """A key file as tsig-keygen(8) writes it."""
    path = folder / f"{name}.key"
    path.write_text(f'key "{name}" {{\n\talgorithm {ALGORITHM};\n\tsecret "{secret}";\n}};\n')
    path.chmod(0o600)
    return path


def empty_zone(zone: str, records: Iterable[str] = ()) -> str:
    """A zone file with SOA, NS and these lines."""
    lines = [
        "$TTL 3600",
        f"{zone}. IN SOA ns.provider.example. hostmaster.{zone}. 1 3600 900 1209600 300",
        f"{zone}. IN NS ns.provider.example.",
        *records,
    ]
    return "\n".join(lines) + "\n"


class NameServer(Protocol):
    """One daemon: where it listens, what it is started with."""

    name: str
    address: str
    port: int
    unit: str

    def lay(self, host: ThrowawayHost, zones: dict[str, str]) -> None:
        """Write its configuration and its zones; it is stopped."""


@dataclass(frozen=True)
class Bind:
    name: str = "bind"
    address: str = "203.0.113.1"
    port: int = 53
    unit: str = "named.service"

    def lay(self, host: ThrowawayHost, zones: dict[str, str]) -> None:
        folder = _folder(host, "/var/lib/bind/zones", "bind")
        allowed = f'update-policy {{ grant "{KEY_NAME}" zonesub ANY; }};'
        text = f"""
options {{
    directory "/var/cache/bind"; recursion no; dnssec-validation no; notify no;
    listen-on port {self.port} {{ {self.address}; }}; listen-on-v6 {{ none; }};
}};
key "{KEY_NAME}" {{ algorithm {ALGORITHM}; secret "{SECRET}"; }};
"""
        for zone, content in zones.items():
            _write(host, f"{folder}/{zone}", content, "bind")
            policy = "" if zone == LOCKED else allowed
            text += f'zone "{zone}" {{ type primary; file "{folder}/{zone}"; {policy} }};\n'
        _write(host, "/etc/bind/named.conf", text, "bind")


@dataclass(frozen=True)
class BindWithViews(Bind):
    """Takes two files for one zone: of those who have the key, and of the world."""

    def lay(self, host: ThrowawayHost, zones: dict[str, str]) -> None:
        folder = _folder(host, "/var/lib/bind/zones", "bind")
        for file, content in zones.items():
            _write(host, f"{folder}/{file}", content, "bind")
        zone, world = zones
        text = f"""
options {{
    directory "/var/cache/bind"; recursion no; dnssec-validation no; notify no;
    listen-on port {self.port} {{ {self.address}; }}; listen-on-v6 {{ none; }};
}};
key "{KEY_NAME}" {{ algorithm {ALGORITHM}; secret "{SECRET}"; }};
view "push" {{
    match-clients {{ key "{KEY_NAME}"; }};
    zone "{zone}" {{
        type primary; file "{folder}/{zone}";
        update-policy {{ grant "{KEY_NAME}" zonesub ANY; }};
    }};
}};
view "world" {{
    match-clients {{ any; }};
    zone "{zone}" {{ type primary; file "{folder}/{world}"; }};
}};
"""
        _write(host, "/etc/bind/named.conf", text, "bind")


@dataclass(frozen=True)
class Knot:
    name: str = "knot"
    address: str = "203.0.113.2"
    port: int = 5353
    unit: str = "knot.service"

    def lay(self, host: ThrowawayHost, zones: dict[str, str]) -> None:
        _folder(host, "/var/lib/knot", "knot")
        folder = _folder(host, "/var/lib/knot/zones", "knot")
        text = f"""
server:
    listen: {self.address}@{self.port}
    rundir: /run/knot
database:
    storage: /var/lib/knot
log:
  - target: syslog
    any: info
key:
  - id: {KEY_NAME}
    algorithm: {ALGORITHM}
    secret: {SECRET}
acl:
  - id: push
    key: {KEY_NAME}
    action: update
template:
  - id: default
    storage: {folder}
    file: "%s"
zone:
"""
        for zone, content in zones.items():
            _write(host, f"{folder}/{zone}", content, "knot")
            text += f"  - domain: {zone}\n" + ("" if zone == LOCKED else "    acl: push\n")
        _write(host, "/etc/knot/knot.conf", text, "knot")


@dataclass(frozen=True)
class PowerDns:
    name: str = "pdns"
    address: str = "203.0.113.3"
    port: int = 5454
    unit: str = "pdns.service"

    def lay(self, host: ThrowawayHost, zones: dict[str, str]) -> None:
        folder = _folder(host, "/var/lib/powerdns", "pdns")
        config = f"""
launch=gsqlite3
security-poll-suffix=
gsqlite3-database={folder}/zones.sqlite3
local-address={self.address}
local-port={self.port}
dnsupdate=yes
allow-dnsupdate-from=0.0.0.0/0,::/0
"""
        _write(host, "/etc/powerdns/pdns.conf", config, "pdns")
        schema = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"
        script = [f"sqlite3 {folder}/zones.sqlite3 < {schema}"]
        for zone, content in zones.items():
            _write(host, f"{folder}/{zone}.zone", content, "pdns")
            script.append(f"pdnsutil load-zone {zone} {folder}/{zone}.zone")
            # without this PowerDNS takes any update from an allowed address
            allowed = "nobody" if zone == LOCKED else KEY_NAME
            script.append(f"pdnsutil set-meta {zone} TSIG-ALLOW-DNSUPDATE {allowed}")
        script.append(f"pdnsutil import-tsig-key {KEY_NAME} {ALGORITHM} '{SECRET}'")
        script.append(f"chown -R pdns:pdns {folder}")
        status, said = host.run("sh", "-ec", "\n".join(script))
        assert status == 0, said


@dataclass
class ThreeServers:
    """The host with all of them; `fresh` brings one back to the zones that are given."""

    host: ThrowawayHost
    folder: Path
    servers: tuple[NameServer, ...] = field(default_factory=lambda: (Bind(), Knot(), PowerDns()))

    def fresh(
        self,
        server: NameServer,
        records: dict[str, list[str]] | None = None,
        without: tuple[str, ...] = (),
    ) -> None:
        """Start it over with empty zones, but for the records of some, `without` others."""
        wanted = records or {}
        names = [zone for zone in (*ZONES, LOCKED) if zone not in without]
        zones = {zone: empty_zone(zone, wanted.get(zone, ())) for zone in names}
        self._start(server, zones)

    def fresh_views(self) -> None:
        """BIND with another zone for the world than for those who sign with the key."""
        zone, server = ZONES[0], BindWithViews()
        world = empty_zone(zone, [f"{zone}. MX 99 world.example."])
        self._start(server, {zone: empty_zone(zone), f"{zone}.world": world})

    def _start(self, server: NameServer, zones: dict[str, str]) -> None:
        self.host.run("systemctl", "stop", server.unit)
        server.lay(self.host, zones)
        self.host.run("systemctl", "reset-failed", server.unit)
        status, said = self.host.run("systemctl", "start", server.unit)
        assert status == 0, said + self.host.run("journalctl", "-u", server.unit, "-n", "20")[1]
        self._wait(server)

    def _wait(self, server: NameServer) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if ask(server, ZONES[0], "SOA").answer:
                    return
            except (OSError, EOFError):
                pass
            assert time.monotonic() < end, f"{server.name} does not answer"
            time.sleep(0.1)


def ask(server: NameServer, name: str, kind: str) -> dns.message.Message:
    query = dns.message.make_query(f"{name}.", kind)
    return dns.query.tcp(query, server.address, port=server.port, timeout=5)


def served(server: NameServer, name: str, kind: str) -> dict[str, int]:
    """The data in presentation form, and the TTL of each."""
    said = ask(server, name, kind)
    wanted = dns.rdatatype.from_text(kind)
    return {
        str(data): rrset.ttl for rrset in said.answer if rrset.rdtype == wanted for data in rrset
    }


def serial(server: NameServer, zone: str) -> int:
    """Which every change raises (RFC 2136, 3.6)."""
    (soa,) = served(server, zone, "SOA")
    return int(soa.split()[2])


def edit(server: NameServer, zone: str, change: Callable[[dns.update.UpdateMessage], None]) -> None:
    """What another administrator does meanwhile, with nsupdate(1)."""
    key = dns.tsig.Key(f"{KEY_NAME}.", SECRET, f"{ALGORITHM}.")
    message = dns.update.UpdateMessage(f"{zone}.", keyring=key, keyalgorithm=key.algorithm)
    change(message)
    reply = dns.query.tcp(message, server.address, port=server.port, timeout=10)
    assert reply.rcode() == dns.rcode.NOERROR, dns.rcode.to_text(reply.rcode())


def _folder(host: ThrowawayHost, place: str, owner: str) -> str:
    """An empty folder of the daemon's own."""
    path = host.root / place.lstrip("/")
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    _own(host, place, owner)
    return place


def _write(host: ThrowawayHost, place: str, text: str, owner: str) -> None:
    (host.root / place.lstrip("/")).write_text(text)
    _own(host, place, owner)


def _own(host: ThrowawayHost, place: str, owner: str) -> None:
    status, said = host.run("chown", f"{owner}:{owner}", place)
    assert status == 0, said
