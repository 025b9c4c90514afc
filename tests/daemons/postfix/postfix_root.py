"""A resting Debian root with the real daemons, into which tests lay what our backends give."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailctl.backends.opendkim.backend import OpenDkim
from mailctl.backends.postfix.backend import Postfix
from mailctl.bundle import CURRENT, GENERATIONS, TREE, Command, Contribution
from mailctl.model.host import DnsUpdates, Host
from mailctl.model.names import DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.model.settings import DkimSelector, KeyKind
from mailctl.model.system import System
from mailctl.model.user import User

_GENERATION = f"{GENERATIONS}/1"
_RSA = generate_private_key(65537, 2048)
_ED25519 = Ed25519PrivateKey.generate()


class FreshKeys:
    """A vault with one key of each kind, made for this run."""

    def password_hash(self, user: User) -> str | None:
        return None

    def private_key(self, domain: DomainName, selector: DkimSelector) -> bytes | None:
        key = _ED25519 if selector.key is KeyKind.ED25519 else _RSA
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def tsig_key(self, host: Host, updates: DnsUpdates) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Said:
    """What a command did."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class DebianRoot:
    """One release's root; each `lay` replaces what the former one left."""

    platform: str
    path: Path

    def run(self, *argv: str, stdin: str = "") -> Said:
        chroot = shutil.which("chroot") or "/usr/sbin/chroot"
        done = subprocess.run(
            [chroot, str(self.path), *argv],
            input=stdin, capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    def here(self, system: System) -> System:
        """The system with all hosts on this root's release."""
        hosts = {
            host.name: replace(host, platform=PLATFORMS[self.platform])
            for host in system.hosts.values()
        }
        return replace(system, hosts=hosts)

    def lay(self, system: System, name: str) -> tuple[Contribution, ...]:
        """Generation 1 of a host, made current, its tables compiled; what was laid."""
        system = self.here(system)
        shutil.rmtree(self._inside(GENERATIONS), ignore_errors=True)
        current = self._inside(CURRENT)
        current.parent.mkdir(parents=True, exist_ok=True)
        current.unlink(missing_ok=True)
        current.symlink_to("generations/1")
        laid = contributions(system, system.hosts[name])
        for content in laid:
            self._write(content)
            for build in content.builds:
                said = self.command(build)
                assert (said.status, said.stderr) == (0, ""), build.why
        return laid

    def command(self, command: Command) -> Said:
        return self.run(*(word.replace(TREE, _GENERATION) for word in command.argv))

    def postmap(self, table: str, key: str) -> str:
        """What a table of the laid tree answers, as Postfix asks it; empty when nothing."""
        kind = "pcre" if not self._inside(f"{CURRENT}/postfix/{table}.lmdb").exists() else "lmdb"
        place = f"{kind}:{CURRENT}/postfix/{table}"
        said = self.run("postmap", "-c", f"{CURRENT}/postfix", "-q", key, place)
        assert said.stderr == ""
        return said.stdout.removesuffix("\n")

    def header(self, message: str) -> str:
        """What header_checks say of the headers of a message."""
        place = f"pcre:{CURRENT}/postfix/header_checks"
        said = self.run("postmap", "-c", f"{CURRENT}/postfix", "-hmq", "-", place, stdin=message)
        assert said.stderr == ""
        return said.stdout

    def settings(self) -> dict[str, str]:
        """All of main.cf as Postfix reads it, with its own defaults."""
        said = self.run("postconf", "-c", f"{CURRENT}/postfix")
        assert said.stderr == ""
        return _pairs(said.stdout)

    def service_settings(self) -> dict[str, dict[str, str]]:
        """What master.cf changes, for each service as `587/inet`."""
        found: dict[str, dict[str, str]] = {}
        for line in self.run("postconf", "-c", f"{CURRENT}/postfix", "-P").stdout.splitlines():
            place, _, value = line.partition(" = ")
            service, _, name = place.removesuffix(" =").rpartition("/")
            found.setdefault(service, {})[name] = value
        return found

    def services(self) -> list[list[str]]:
        """The lines of master.cf, without their options, in fields."""
        said = self.run("postconf", "-c", f"{CURRENT}/postfix", "-M")
        assert said.stderr == ""
        return [line.split()[:8] for line in said.stdout.splitlines() if not line.startswith(" ")]

    def _write(self, content: Contribution) -> None:
        for artefact in content.artefacts:
            path = self._inside(f"{_GENERATION}/{artefact.path}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artefact.content)
            path.chmod(artefact.mode)
            os.utime(path, (1, 1))  # postmap(1) waits until its source is a second old
            self._own(artefact.owner, artefact.group, f"{_GENERATION}/{artefact.path}")
        for folder in content.directories:
            place = folder.path if folder.path[0] == "/" else f"{_GENERATION}/{folder.path}"
            owner = ("-o", folder.owner, "-g", folder.group, "-m", f"{folder.mode:o}")
            assert self.run("install", "-d", *owner, place).status == 0
        for link in content.links:
            place = self._inside(link.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            place.symlink_to(f"{CURRENT}/{link.target}")

    def _own(self, owner: str, group: str, place: str) -> None:
        if (owner, group) != ("root", "root"):
            assert self.run("chown", f"{owner}:{group}", place).status == 0

    def _inside(self, place: str) -> Path:
        return self.path / place.lstrip("/")


def contributions(system: System, host: Host) -> tuple[Contribution, ...]:
    return tuple(
        backend.contribute(system, host, FreshKeys()) for backend in (Postfix(), OpenDkim())
    )


def _pairs(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        name, _, value = line.partition("=")
        found[name.strip()] = value.strip()
    return found
