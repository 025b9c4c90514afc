"""Ten hosts for the benchmarks: ten SSH servers on one throwaway system.

Each has a port of its own and a root folder of its own for the agent: the same machine, the same
network, nothing else in between. `Way` is how a client reaches them, from this process or from
another one; `Servers` is what boots and wipes them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import paramiko

from mailctl.bundle import Artefact, Contribution, Directory, HostBundle, Link, Service
from mailctl.deploy.apply import bring
from mailctl.deploy.fleet import Ended, Fleet
from mailctl.deploy.script import Errand
from mailctl.deploy.ssh import Access, SshRemote
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh
from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal.recipe import stocked
from mailctl.rehearsal.throwaway import ThrowawayNetwork

ADDRESS = "203.0.113.10"
FIRST_PORT = 2201
HOSTS = range(10)
FILES = 20
SIZE = 2048

Result = TypeVar("Result")


def bundle(changed: bytes = b"") -> HostBundle:
    """Twenty files of 2 KiB, packages, links, a folder and a service, as a mail host has them."""
    files = tuple(
        Artefact(f"postfix/file{number}", b"%032d\n" % number * (SIZE // 33))
        for number in range(FILES - 1)
    )
    return HostBundle(
        "mail",
        "debian-12",
        Contribution(
            artefacts=(*files, Artefact("postfix/main.cf", b"x" * SIZE + changed)),
            directories=(Directory("/srv/mail"),),
            links=tuple(Link(f"/etc/postfix/link{n}", f"postfix/file{n}") for n in range(4)),
            packages=("postfix", "postfix-lmdb", "dovecot-core", "dovecot-imapd", "opendkim"),
            services=(Service("timers.target", reload_on=("none",)),),
        ),
    )


@dataclass(frozen=True, slots=True)
class Did:
    """What one apply did on one host."""

    execs: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Way:
    """Where the ten answer: one address, a port for each from `first_port` on."""

    address: str
    first_port: int
    identity: Path
    known_hosts: Path

    def port(self, number: int) -> int:
        return self.first_port + number

    def floor(self, number: int) -> None:
        """What SSH itself costs in Python: connect, authenticate, run `true`."""
        key = paramiko.Ed25519Key.from_private_key_file(str(self.identity))
        client = paramiko.SSHClient()
        client.load_host_keys(str(self.known_hosts))
        client.connect(
            self.address, self.port(number), "root", pkey=key, allow_agent=False, look_for_keys=False
        )
        _, stdout, _ = client.exec_command("true")
        stdout.channel.recv_exit_status()
        client.close()

    def apply(self, wanted: HostBundle) -> Callable[[int], Did]:
        """mailctl's own way, with nothing left out."""
        access = Access((self.identity,), (self.known_hosts,))

        def work(number: int) -> Did:
            name = str(number)
            destination = Destination(name, self.address, Ssh(port=self.port(number)))
            with SshRemote(destination, access) as remote:
                errand = Errand("bench", f"/srv/host{number}")
                applied = bring(remote, replace(wanted, host=name), errand)
                return Did(remote.execs, applied.changed)

        return work


def all_hosts(work: Callable[[int], Result]) -> tuple[float, tuple[Result, ...]]:
    """Wall seconds of the work on all hosts at once, and what came of it; raises a failure."""
    start = time.perf_counter()
    fleet: Fleet[Result] = Fleet(lambda name: work(int(name)))
    ended: tuple[Ended[Result], ...] = fleet.run(map(str, HOSTS), lambda _: None)
    seconds = time.perf_counter() - start
    for one in ended:
        if one.error is not None:
            raise one.error
    return seconds, tuple(one.result for one in ended)  # type: ignore[misc]


class Servers:
    """Ten servers that run. `packages` are those that peers need on a host."""

    def __init__(self, net: ThrowawayNetwork, packages: tuple[str, ...] = ()) -> None:
        self.net = net
        recipe = stocked(PLATFORMS["debian-12"], packages)
        self.host = net.boot("bench", recipe=recipe, addresses=[ADDRESS])
        self.run("mkdir", "-p", *(f"/srv/host{number}/usr/sbin" for number in HOSTS))
        self.wipe()
        for number in HOSTS:
            self.run("cp", "/etc/os-release", f"/srv/host{number}/etc/os-release")
            # MaxStartups: ten at once are no attack here
            self.run("/usr/sbin/sshd", "-p", str(FIRST_PORT + number), "-o", "MaxStartups=100")
        self._key = net.access.known_hosts.read_text().splitlines()[0].partition(" ")[2]

    def run(self, *argv: str) -> None:
        """On the host, past SSH and past every clock."""
        status, said = self.host.run(*argv)
        if status != 0:
            raise SystemExit(said)

    def way(self, address: str = ADDRESS, first_port: int = FIRST_PORT) -> Way:
        """The way to them over these ports, whose keys are known from here on."""
        access = self.net.access
        for number in HOSTS:
            access.trust((address,), first_port + number, self._key)
        return Way(address, first_port, access.identity, access.known_hosts)

    def wipe(self) -> None:
        """As before the first apply of anybody."""
        agents = (f"/srv/host{n}/{part}" for n in HOSTS for part in ("var", "srv", "etc/postfix"))
        peers = [f"/srv/peer{n}" for n in HOSTS]
        self.run("rm", "-rf", *agents, *peers)
        self.run("mkdir", "-p", *(f"/srv/host{n}/etc/postfix" for n in HOSTS), *peers)
