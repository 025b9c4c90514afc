"""Ten hosts for the benchmarks: ten SSH servers on one throwaway system.

Each has a port, a root folder for mailctl's agent and a unit of its own: the same machine, the
same network, nothing else in between. `Servers` boots and wipes them, and knows what lies there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ten_hosts import HOSTS, Way

from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal.recipe import stocked
from mailctl.rehearsal.throwaway import ThrowawayNetwork

ADDRESS = "203.0.113.10"
FIRST_PORT = 2201

_UNIT = b"[Unit]\nDescription=What an apply starts here\n[Install]\nWantedBy=multi-user.target\n"


@dataclass(frozen=True, slots=True, order=True)
class Lying:
    """A file as it lies on a host; another `inode` or `changed` means that it was written."""

    name: str
    content: bytes
    inode: int
    changed: int


class Servers:
    """Ten servers that run. `packages` are those that peers need on a host."""

    def __init__(self, net: ThrowawayNetwork, packages: tuple[str, ...]) -> None:
        self.net = net
        recipe = stocked(PLATFORMS["debian-12"], packages)
        self.host = net.boot("bench", recipe=recipe, addresses=[ADDRESS])
        self._key = net.access.known_hosts.read_text().splitlines()[0].partition(" ")[2]
        for number in HOSTS:
            self._run("mkdir", "-p", f"/srv/host{number}/usr/sbin", f"/srv/host{number}/etc")
            self._run("cp", "/etc/os-release", f"/srv/host{number}/etc/os-release")
            self._run("tee", f"/etc/systemd/system/bench{number}.target", stdin=_UNIT)
            # MaxStartups: ten at once are no attack here
            self._run("/usr/sbin/sshd", "-p", str(FIRST_PORT + number), "-o", "MaxStartups=100")
        # enabled beforehand: a host has a systemd of its own, here ten would wait for one
        self._run("systemctl", "enable", "--now", *(f"bench{number}.target" for number in HOSTS))

    def way(self, address: str = ADDRESS, first_port: int = FIRST_PORT) -> Way:
        """The way to them over these ports, whose keys are known from here on."""
        access = self.net.access
        for number in HOSTS:
            access.trust((address,), first_port + number, self._key)
        return Way(address, first_port, access.identity, access.known_hosts)

    def wipe(self, *folders: str) -> None:
        """As before the first apply of anybody; `folders` are those that peers bring files to."""
        fresh = [folder.format(number) for folder in folders for number in HOSTS]
        there = ("etc/postfix", "etc/systemd/system")
        fresh += [f"/srv/host{number}/{folder}" for number in HOSTS for folder in there]
        agents = [f"/srv/host{number}/{part}" for number in HOSTS for part in ("var", "srv")]
        self._run("rm", "-rf", *fresh, *agents)
        self._run("mkdir", "-p", *fresh)

    def lying(self, folder: str) -> tuple[tuple[Lying, ...], ...]:
        """Of each host the files in this folder, by name."""
        roots = [self.host.root / folder.format(number).lstrip("/") for number in HOSTS]
        return tuple(tuple(map(_lying, sorted(root.iterdir()))) for root in roots)

    def _run(self, *argv: str, stdin: bytes = b"") -> None:
        """On the host, past SSH and past every clock."""
        status, said = self.host.run(*argv, stdin=stdin)
        if status != 0:
            raise SystemExit(said)


def _lying(file: Path) -> Lying:
    stat = file.stat()
    return Lying(file.name, file.read_bytes(), stat.st_ino, stat.st_mtime_ns)
