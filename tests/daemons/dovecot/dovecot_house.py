"""A booted Debian host with Dovecot as our backends configure it, and a client beside it.

Postfix is there only to carry the notices of Sieve scripts; the rehearsal tries the real one.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from argon2 import PasswordHasher

from mailctl.backends.dovecot.backend import Dovecot
from mailctl.backends.sieve.backend import Sieve
from mailctl.bundle import (
    CURRENT,
    GENERATIONS,
    MAIL_ACCOUNT,
    MAIL_ROOT,
    PROBE_USERS,
    STATE,
    TREE,
    Contribution,
)
from mailctl.model.domain import Domain
from mailctl.model.host import DnsUpdates, Host, Protocols, SieveScripts
from mailctl.model.names import Address, DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.model.secret import HashedPassword
from mailctl.model.settings import DkimSelector, MailPolicy, Subaddress, SubaddressFolders
from mailctl.model.system import System
from mailctl.model.user import User
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.recipe import stocked
from mailctl.rehearsal.throwaway import ThrowawayNetwork, throwaway_network

ROOT = Path(__file__).parents[3]
ADDRESS = "203.0.113.10"
PASSWORD = "correct horse"
HOSTILE = (
    *("o'brien", "a$b", "a&b", "a{b", "a}b", "a=b", "a*b", "a?b", "a^b", "a_b", "a`b", "a|b"),
    *("a~b", "a#b", "~t", "$home", "a{x}b"),
)
"""Local parts that are legal (RFC 5321, 4.1.2) and mean something to shells or to Dovecot."""
TALK_SCRIPT = ROOT / "examples" / "talk" / "sieve" / "subaddress.sieve"
LIMIT = 4


@cache
def password_hash() -> str:
    hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    return "{ARGON2ID}" + hasher.hash(PASSWORD, salt=b"0123456789abcdef")


class OneHash:
    """Everybody has the same password."""

    def password_hash(self, user: User) -> str:
        return password_hash()

    def private_key(self, domain: DomainName, selector: DkimSelector) -> None:
        return None

    def tsig_key(self, host: Host, updates: DnsUpdates) -> None:
        return None


def a_user(address: str, **wishes: object) -> User:
    local, _, domain = address.rpartition("@")
    return User(Address(local, DomainName(domain)), HashedPassword(""), **wishes)  # type: ignore[arg-type]


def a_system(platform: str, folder: Path) -> System:
    """Three domains, one for each mode of subaddresses, and everybody whom the tests need."""
    before, after = folder / "before.sieve", folder / "after.sieve"
    before.write_text('require "fileinto"; if exists "X-Junk" { fileinto "Junk"; stop; }\n')
    after.write_text('require "fileinto"; if exists "X-Archive" { fileinto "Archive"; stop; }\n')
    host = Host(
        "mail",
        DomainName("host.create.example"),
        (ip_address(ADDRESS),),
        PLATFORMS[platform],
        protocols=Protocols(imap=True, pop3=True, managesieve=True),
        sieve=SieveScripts(before=(before,)),
    )
    domains = tuple(
        Domain(
            DomainName(f"{mode.value}.example"),
            MailPolicy(subaddress=Subaddress("+", mode, LIMIT)),
            store="mail",
            mx=("mail",),
            sieve=SieveScripts(after=(after,))
            if mode is SubaddressFolders.CREATE
            else SieveScripts(),
        )
        for mode in SubaddressFolders
    )
    users = (
        *(
            a_user(f"{name}@create.example")
            for name in ("anna", "ben", "cora", "dan", "eve", "fay")
        ),
        *(a_user(f"{name}@create.example") for name in HOSTILE),
        a_user("anna@existing.example"),
        a_user("anna@ignore.example"),
        a_user("talk@ignore.example", sieve=TALK_SCRIPT),
        a_user("small@create.example", quota=1 << 20),
        a_user("scanner@create.example", send_only=True),
    )
    return System(
        folder,
        {"mail": host},
        {domain.name: domain for domain in domains},
        {user.address: user for user in users},
        {},
    )


@dataclass(frozen=True)
class House:
    """The host, the client's network, and the system that the host was made from."""

    platform: str
    host: ThrowawayHost
    network: ThrowawayNetwork
    system: System

    def run(self, *argv: str) -> tuple[int, str]:
        return self.host.run(*argv)

    def socket(self, name: str) -> socket.socket:
        """A connection to one of the unix sockets that Postfix uses."""
        path = self.host.root / "var/spool/postfix/private" / name
        # sun_path has 108 bytes, and a test's folders may be deep
        folder = os.open(path.parent, os.O_PATH)
        try:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(30)
            connection.connect(f"/proc/self/fd/{folder}/{path.name}")
        finally:
            os.close(folder)
        return connection

    def connect(self, port: int) -> socket.socket:
        with self.network.inside():
            return socket.create_connection((ADDRESS, port), timeout=30)

    @contextmanager
    def imap(self, user: str, password: str = PASSWORD) -> Iterator[imaplib.IMAP4]:
        """A logged-in session on 993."""
        with self.network.inside():
            session = imaplib.IMAP4_SSL(ADDRESS, ssl_context=tls(), timeout=30)
        with session:
            session.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
            yield session

    def folders(self, user: str) -> dict[str, int]:
        """How many messages are in each folder of a user, but for the empty standard ones."""
        counts = {}
        with self.imap(user) as session:
            for line in session.list()[1]:
                assert isinstance(line, bytes)
                name = line.decode().split(' "." ')[1].strip('"')
                status, answer = session.status(f'"{name}"', "(MESSAGES)")
                if status == "OK":
                    counts[name] = int(answer[0].decode().rsplit("MESSAGES ")[1].rstrip(")"))
        return {name: count for name, count in counts.items() if count or "." in name}

    def texts(self, user: str, folder: str = "INBOX") -> list[str]:
        """All messages of a folder."""
        with self.imap(user) as session:
            session.select(f'"{folder}"', readonly=True)
            numbers = session.search(None, "ALL")[1][0].split()
            return [session.fetch(n.decode(), "(RFC822)")[1][0][1].decode() for n in numbers]


def tls() -> ssl.SSLContext:
    """A client that trusts whatever it meets: the certificate is not what is tested here."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def a_house(platform: str, folder: Path) -> Iterator[House]:
    system = a_system(platform, folder)
    with throwaway_network() as network:
        recipe = stocked(PLATFORMS[platform])
        host = network.lay("mail", recipe=recipe, addresses=(ADDRESS,), fqdn="host.create.example")
        furnish(host.root, system)
        start_at_boot(host.root, "dovecot.service", "postfix.service")
        host.boot()
        host.wait()
        house = House(platform, host, network, system)
        status, said = house.run("systemctl", "is-system-running", "--wait")
        assert status == 0, said + house.run("systemctl", "--failed")[1]
        yield house


def contributions(system: System) -> tuple[Contribution, ...]:
    host = system.hosts["mail"]
    return tuple(backend.contribute(system, host, OneHash()) for backend in (Dovecot(), Sieve()))


def lay_generation(root: Path, system: System, number: int) -> None:
    """A generation as apply lays it: staged and built under another name, then made current."""
    staged = f"{GENERATIONS}/staged"
    for content in contributions(system):
        for artefact in content.artefacts:
            path = root / staged.lstrip("/") / artefact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artefact.content)
            path.chmod(artefact.mode)
            owner = f"{artefact.owner}:{artefact.group}"
            inside(root, "chown", owner, f"{staged}/{artefact.path}")
        for build in content.builds:
            argv = [word.replace(TREE, staged) for word in build.argv]
            assert inside(root, *argv) == "", build.why
    (root / staged.lstrip("/")).rename(root / GENERATIONS.lstrip("/") / str(number))
    new = root / f"{STATE}/next".lstrip("/")
    new.symlink_to(f"generations/{number}")
    new.rename(root / CURRENT.lstrip("/"))


def furnish(root: Path, system: System) -> None:
    """What apply does to a fresh host, as far as Dovecot is concerned."""
    (root / f"{STATE}/tls".lstrip("/")).mkdir(parents=True)
    inside(root, "useradd", "--system", "--home-dir", MAIL_ROOT, MAIL_ACCOUNT)
    inside(root, "install", "-d", "-o", MAIL_ACCOUNT, "-g", MAIL_ACCOUNT, "-m", "0770", MAIL_ROOT)
    for directory in contributions(system)[0].directories:
        owner = ("-o", directory.owner, "-g", directory.group, "-m", f"{directory.mode:o}")
        inside(root, "install", "-d", *owner, directory.path)
    inside(root, *("install", "-m", "0640", "-g", "dovecot", "/dev/null", PROBE_USERS))
    inside(
        root,
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *("-nodes", "-subj", "/CN=host.create.example", "-days", "30"),
        *("-keyout", f"{STATE}/tls/key.pem", "-out", f"{STATE}/tls/fullchain.pem"),
    )
    lay_generation(root, system, 1)
    link = root / "etc/dovecot/dovecot.conf"
    link.unlink()
    link.symlink_to(f"{CURRENT}/dovecot/dovecot.conf")
    inside(
        root,
        *("postconf", "-e", "compatibility_level=3.6", "mydestination=", "inet_protocols=ipv4"),
        *("virtual_mailbox_domains=create.example existing.example ignore.example",),
        *("virtual_mailbox_maps=static:all", "virtual_transport=lmtp:unix:private/dovecot-lmtp"),
        *("recipient_delimiter=+", "lmtp_destination_recipient_limit=1"),
    )


def start_at_boot(root: Path, *units: str) -> None:
    """The image has them disabled, for apply starts what it has configured."""
    for unit in units:
        subprocess.run(
            ["systemctl", f"--root={root}", "--quiet", "enable", unit],
            check=True,
            stderr=subprocess.DEVNULL,
        )


def inside(root: Path, *argv: str) -> str:
    """What a command in the resting host's file system says."""
    chroot = shutil.which("chroot") or "/usr/sbin/chroot"
    done = subprocess.run(
        [chroot, str(root), *argv], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.returncode == 0, f"{argv}: {done.stderr}"
    return "" if argv[0] == "openssl" else done.stdout + done.stderr


def with_users(system: System, *users: User) -> System:
    return replace(system, users={**system.users, **{user.address: user for user in users}})
