"""A no-op apply over ten hosts, against paramiko that connects and runs `true`.

The hosts are ten SSH servers on one throwaway system, each on a port of its own and with a root
folder of its own for the agent: the same machine, the same network, nothing else in between.
Prints medians of interleaved runs, their ratio (goal: at most 1.6) and the commands that were
run on each host (goal: 1), then the same for an apply that changes one file.
Run as root: python tests/benchmarks/apply_noop.py [RUNS]
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import paramiko

from mailctl.bundle import Artefact, Contribution, Directory, HostBundle, Link, Service
from mailctl.deploy.apply import Applied, bring
from mailctl.deploy.events import Ended
from mailctl.deploy.fleet import Fleet
from mailctl.deploy.script import Errand
from mailctl.deploy.ssh import Access, SshRemote
from mailctl.deploy.waves import at_once
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh
from mailctl.rehearsal.throwaway import ThrowawayNetwork, throwaway_network

ADDRESS = "203.0.113.10"
PORTS = range(2201, 2211)
FILES = 20
SIZE = 2048


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


class Deaf:
    """Hears of nothing."""

    def hear(self, event: object) -> None:
        return None


class Bench:
    """Ten servers, and what is done to all of them at once."""

    def __init__(self, net: ThrowawayNetwork) -> None:
        self.net = net
        self.execs: dict[str, int] = {}
        self.results: dict[str, Applied] = {}
        self.access = Access((net.access.identity,), (net.access.known_hosts,))
        host = net.boot("bench", platform="debian-12", addresses=[ADDRESS])
        known = net.access.known_hosts.read_text()
        for port in PORTS:
            host.run("mkdir", "-p", f"/srv/host{port}/etc/postfix", f"/srv/host{port}/usr/sbin")
            host.run("cp", "/etc/os-release", f"/srv/host{port}/etc/os-release")
            # MaxStartups: ten at once are no attack here
            status, said = host.run("/usr/sbin/sshd", "-p", str(port), "-o", "MaxStartups=100")
            if status != 0:
                raise SystemExit(said)
            known += known.splitlines()[0].replace(known.split()[0], f"[{ADDRESS}]:{port}") + "\n"
        net.access.known_hosts.write_text(known)

    def all_hosts(self, work: Callable[[str], object]) -> float:
        """Wall seconds of the work on all hosts at once; raises the first failure."""
        start = time.perf_counter()
        ended: tuple[Ended[object], ...] = Fleet(work, at_once(map(str, PORTS))).run(Deaf())
        seconds = time.perf_counter() - start
        for one in ended:
            if one.error is not None:
                raise one.error
        return seconds

    def floor(self, port: str) -> None:
        """What SSH itself costs in Python: connect, authenticate, run `true`."""
        key = paramiko.Ed25519Key.from_private_key_file(str(self.net.access.identity))
        client = paramiko.SSHClient()
        client.load_host_keys(str(self.net.access.known_hosts))
        client.connect(ADDRESS, int(port), "root", pkey=key, allow_agent=False, look_for_keys=False)
        _, stdout, _ = client.exec_command("true")
        stdout.channel.recv_exit_status()
        client.close()

    def apply(self, wanted: HostBundle) -> Callable[[str], None]:
        """mailctl's own way, with nothing left out."""

        def work(port: str) -> None:
            destination = Destination(port, ADDRESS, Ssh(port=int(port)))
            with SshRemote(destination, self.access) as remote:
                errand = Errand("bench", f"/srv/host{port}")
                self.results[port] = bring(remote, replace(wanted, host=port), errand)
                self.execs[port] = remote.execs

        return work


def main() -> None:
    """Interleave floor and apply, so that a drift of the machine hits both."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with throwaway_network() as net:
        bench = Bench(net)
        with net.inside():
            wanted = bundle()
            first = bench.all_hosts(bench.apply(wanted))
            floors, quiet, changes = [], [], []
            for run in range(runs):
                floors.append(bench.all_hosts(bench.floor))
                quiet.append(bench.all_hosts(bench.apply(wanted)))
                execs_of_nothing = set(bench.execs.values())
                if any(result.changed for result in bench.results.values()):
                    raise SystemExit("an apply of nothing changed something")
                wanted = bundle(b"%d" % run)
                changes.append(bench.all_hosts(bench.apply(wanted)))
    floor = statistics.median(floors)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(PORTS)} hosts, {FILES} files of {SIZE} bytes each, medians of {runs} runs")
    print(f"paramiko, connect and `true`  {floor:6.3f} s")
    for name, seconds in (
        ("apply, nothing to do", statistics.median(quiet)),
        ("apply, one file changed", statistics.median(changes)),
        ("first apply", first),
    ):
        print(f"{name:29} {seconds:6.3f} s  {seconds / floor:5.2f} x the floor")
    print(
        f"commands on each host: nothing to do {execs_of_nothing}, a change "
        f"{set(bench.execs.values())}; client memory {peak} MiB"
    )


if __name__ == "__main__":
    if not Path("/usr/bin/systemd-nspawn").exists():
        raise SystemExit("needs systemd-nspawn (Debian's systemd-container)")
    main()
