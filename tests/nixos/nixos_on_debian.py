"""The texts of an evaluated module, run by Debian's daemons: a throwaway host that is made to look
like the NixOS host, as far as they can tell.

Where nixpkgs' programs and libraries are is left out, for they are Debian's here; `hash` becomes
`lmdb` where Debian's Postfix has no Berkeley DB. All else is as the module says it: its users, its
folders by systemd-tmpfiles, its files in /etc, its secrets, its certificate's script.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from nixos_building import ROOT, on_nixos, write_module
from nixos_evaluation import Evaluated, content, evaluate

from mailctl.backends.tls import HYBRID, curves
from mailctl.bundle import Artefact
from mailctl.compile import compile_host
from mailctl.model.host import DnsUpdates, Host
from mailctl.model.names import DomainName
from mailctl.model.platform import PLATFORMS, Platform
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System
from mailctl.model.user import User
from mailctl.rehearsal.recipe import stocked
from mailctl.rehearsal.throwaway import ThrowawayHost, ThrowawayNetwork, throwaway_network
from mailctl.spec.load import examine

OFFICE = ROOT / "examples" / "office" / "mail.yaml"
PASSWORD = "correct horse"
_HASH = "{ARGON2ID}" + PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(
    PASSWORD, salt=b"0123456789abcdef"
)
_STORE = re.compile(
    r"^(?:\w+ = (?:/nix/store/\S*|/run/current-system/\S*)|shlib_directory = no)$", re.MULTILINE
)
_SIGNER = """\
[Service]
User=opendkim
Group=opendkim
RuntimeDirectory=opendkim
UMask=0077
PrivateUsers=true
ProtectSystem=strict
ExecStart=
ExecStart=/usr/sbin/opendkim -f -l -x /etc/opendkim.conf
Type=simple
PIDFile=
"""


_POSTFIX = """\
[Service]
ExecStartPre=
ExecStartPre=/bin/sh /etc/nixos-postfix-start
"""
_NIXPKGS = {
    "/nix/store/unbound-with-systemd/bin/unbound": "/usr/sbin/unbound",
    "/nix/store/dns-root-data/root.hints": "/usr/share/dns/root.hints",
    "/nix/store/dns-root-data/root.key": "/usr/share/dns/root.key",
}
_WEB_HEAD = """\
daemon off;
pid /run/nginx/nginx.pid;
error_log stderr;
"""
_WEB_FOLDERS = "http {\n" + "".join(
    f"{what}_temp_path /run/nginx/{what};\n"
    for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)
_WEB_SERVER = {
    "ExecStart": "/usr/sbin/nginx -c /etc/nginx/nginx.conf",
    "RuntimeDirectory": "nginx",
    "LogsDirectory": "nginx",
    "AmbientCapabilities": "CAP_NET_BIND_SERVICE",
    "ProtectSystem": "strict",
}
_PAIR = generate_private_key(65537, 2048)
_KEY = _PAIR.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC_KEY = _PAIR.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


class OneSecret:
    """Everybody has the same password, every domain the same key."""

    def password_hash(self, user: User) -> str:
        return _HASH

    def private_key(self, domain: DomainName, selector: DkimSelector) -> bytes:
        return _KEY

    def tsig_key(self, host: Host, updates: DnsUpdates) -> None:
        return None


@dataclass(frozen=True)
class NixosHouse:
    """A booted host, the network in which it is, and what it was made from."""

    release: str
    system: System
    evaluated: Evaluated
    host: ThrowawayHost
    network: ThrowawayNetwork
    debian: Platform

    @property
    def address(self) -> str:
        return str(self.host.addresses[0])

    def run(self, *argv: str) -> str:
        """What a command says; it must succeed."""
        status, said = self.host.run(*argv)
        if status != 0:
            journal = self.host.run("journalctl", "--no-pager", "--output=cat", "--lines=20")[1]
            raise AssertionError(f"{argv}: {said}\n{journal}")
        return said

    def tell(self, path: str, text: str | bytes, mode: int = 0o644) -> None:
        """Write a file of the host."""
        place = self.host.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_symlink() or place.exists():
            place.unlink()
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        place.chmod(mode)


@contextmanager
def a_nixos_house(
    debian: str,
    release: str,
    folder: Path,
    spec: Path = OFFICE,
    before: Callable[[NixosHouse], None] = lambda _: None,
) -> Iterator[NixosHouse]:
    """The spec's host `mail` on a Debian host that runs what the module of a release says;
    `before` is called with it when it is laid and not yet booted."""
    system = on_nixos(examine(spec, private=False).system, release)
    office = system.hosts["mail"]
    evaluated = evaluate(release, write_module(folder, system, office))
    with throwaway_network() as network:
        host = network.lay(
            "mail",
            recipe=stocked(PLATFORMS[debian]),
            addresses=office.addresses,
            fqdn=office.fqdn,
        )
        house = NixosHouse(release, system, evaluated, host, network, PLATFORMS[debian])
        _write_files(house, office)
        before(house)
        host.boot()
        host.wait()
        _move_in(house)
        yield house


def _groups_that_it_knows(house: NixosHouse, text: str) -> str:
    """A daemon's configuration, for an OpenSSL that may be older than nixpkgs': that does not load
    a list with a group that it does not know."""
    if HYBRID in curves(house.debian):
        return text
    return text.replace(f"{HYBRID}:", "").replace(f"*{HYBRID} *X25519 ", "X25519 ")


def _write_files(house: NixosHouse, office: Host) -> None:
    done = house.evaluated
    for path, given in done.etc.items():
        if path != "postfix" and "link" not in given:
            house.tell(f"/etc/{path}", content(given))
    for path, given in done.etc.items():
        if path != "postfix" and "link" in given:
            place = house.host.root / "etc" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(given["link"])
    for secret in _secrets(house.system, office):
        house.tell(done.secrets[secret.path], secret.content, 0o600)
    for name, given in done.maps.items():
        house.tell(f"/etc/postfix/{name}", content(given))
        os.utime(house.host.root / "etc/postfix" / name, (1, 1))  # postmap(1) waits for a second
    main_cf = _groups_that_it_knows(house, without_store(done.main_cf))
    house.tell("/etc/postfix/main.cf", main_cf)
    house.tell("/etc/postfix/master.cf", done.master_cf)
    dovecot_conf = _groups_that_it_knows(house, without_store(done.dovecot_conf or ""))
    house.tell("/etc/dovecot/dovecot.conf", dovecot_conf)
    house.tell("/etc/opendkim.conf", done.opendkim_conf or "")
    house.tell("/etc/systemd/system/opendkim.service.d/nixos.conf", _SIGNER)
    _write_web_server(house)
    _write_resolver(house)
    rules = [*done.tmpfiles, "L /run/wrappers/bin/sendmail - - - - /usr/sbin/sendmail"]
    house.tell("/etc/tmpfiles.d/nixos.conf", "\n".join(rules) + "\n")


def _write_web_server(house: NixosHouse) -> None:
    text = house.evaluated.nginx_conf
    if text is None:
        return
    text = _groups_that_it_knows(house, text)
    house.tell("/etc/nginx/nginx.conf", _WEB_HEAD + text.replace("http {", _WEB_FOLDERS, 1))
    settings = {**_WEB_SERVER, **house.evaluated.units["nginx"].settings}
    house.tell("/etc/systemd/system/nginx.service", unit_file(settings))
    house.tell("/etc/sysusers.d/nginx.conf", "u nginx -\n")


def _write_resolver(house: NixosHouse) -> None:
    """Its unit as it is; what it has of nixpkgs is Debian's. Postfix's own beginning besides."""
    resolver = house.evaluated.units.get("mailctl-resolver")
    if resolver is None:
        return
    house.tell("/etc/nixos-resolver-start", f"set -eu\n{resolver.preStart}")
    settings = {"ExecStartPre": "/bin/sh /etc/nixos-resolver-start", **resolver.settings}
    house.tell("/etc/systemd/system/mailctl-resolver.service", unit_file(settings))
    for path, target in _NIXPKGS.items():
        place = house.host.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)
    house.tell("/etc/nixos-postfix-start", f"set -eu\n{house.evaluated.units['postfix'].preStart}")
    for unit in ("postfix@-", "postfix"):
        house.tell(f"/etc/systemd/system/{unit}.service.d/nixos.conf", _POSTFIX)


def unit_file(settings: Mapping[str, object]) -> str:
    """The [Service] of a unit as NixOS writes it: a line for each element of a list."""
    lines = (
        f"{name}={str(each).lower() if isinstance(each, bool) else each}\n"
        for name, value in settings.items()
        for each in (value if isinstance(value, list) else [value])
    )
    return f"[Service]\n{''.join(lines)}"


def _secrets(system: System, office: Host) -> list[Artefact]:
    found = compile_host(system, office, OneSecret()).content.artefacts
    return [each for each in found if each.secret and each.content]


def without_store(text: str) -> str:
    """A text without what names the store: there Debian's defaults come in."""
    return _STORE.sub("", text)


def _move_in(house: NixosHouse) -> None:
    """What a switch does there: accounts, folders, the certificate, tables, services."""
    for name, user in house.evaluated.users.items():
        group = str(user["group"]) or name
        house.host.run("groupadd", "--system", group)
        house.host.run("useradd", "--system", "--gid", group, "--home-dir", str(user["home"]), name)
        groups = user["extraGroups"]
        assert isinstance(groups, list)
        for other in groups:
            house.run("usermod", "--append", "--groups", other, name)
    if house.evaluated.nginx_conf is not None:
        house.run("systemd-sysusers", "nginx.conf")
    house.run("systemd-tmpfiles", "--create", "/etc/tmpfiles.d/nixos.conf")
    if own := house.evaluated.units.get("mailctl-certificate"):
        house.run("sh", "-euc", own.script)
    house.run("install", "-d", "/var/lib/postfix/queue")
    _make_tables(house)
    house.run("postfix", "check")
    house.run("systemctl", "daemon-reload")
    others = [name for name in ("nginx", "mailctl-resolver") if name in house.evaluated.units]
    for unit in ("dovecot", "opendkim", *others, "postfix"):
        house.run("systemctl", "restart", unit)


def _make_tables(house: NixosHouse) -> None:
    if "hash" not in house.run("postconf", "-m").split():
        main = house.host.root / "etc/postfix/main.cf"
        names = r"\b(?:hash|btree)\b(?=:| *$)"
        main.write_text(re.sub(names, "lmdb", main.read_text(), flags=re.MULTILINE))
        master = house.host.root / "etc/postfix/master.cf"
        master.write_text(master.read_text().replace("hash:", "lmdb:"))
    for name in house.evaluated.maps:
        house.run("postmap", f"/etc/postfix/{name}")
