"""mailctl's apply, or the floor below it, over the ten hosts as one process of its own.

    python tests/benchmarks/whole_process.py floor|apply ADDRESS FIRST_PORT KEY KNOWN_HOSTS

`apply` brings the files in ./tree and what a mail host has besides: packages, links, a folder
and a service. Prints as JSON the seconds of the work alone, without the start of Python, and of
each host how many commands were run there and whether anything changed.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from importlib import import_module
from pathlib import Path

from ten_hosts import HOSTS, MAIL_PACKAGES, Way

from mailctl.bundle import Artefact, Contribution, Directory, HostBundle, Link, Service
from mailctl.deploy.access import Access
from mailctl.deploy.apply import bring
from mailctl.deploy.fleet import Fleet
from mailctl.deploy.script import Errand
from mailctl.deploy.ssh import SshRemote
from mailctl.deploy.waves import at_once
from mailctl.garbage import collect_seldom
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh

LAID = "/srv/host{}/var/lib/mailctl/current/postfix"
"""Where the files of ./tree are on a host afterwards."""

Did = tuple[int, bool]
"""Of one host: the commands that were run there, and whether anything changed."""


def floor(way: Way, number: int) -> Did:
    """What SSH itself costs in Python: connect, authenticate, run `true`."""
    import paramiko

    key = paramiko.Ed25519Key.from_private_key_file(str(way.identity))
    client = paramiko.SSHClient()
    client.load_host_keys(str(way.known_hosts))
    client.connect(
        way.address, way.port(number), "root", pkey=key, allow_agent=False, look_for_keys=False
    )
    _, stdout, _ = client.exec_command("true")
    stdout.channel.recv_exit_status()
    client.close()
    return 1, False


def apply(way: Way, access: Access, number: int) -> Did:
    """As `mailctl apply` does it, with nothing left out."""
    destination = Destination(f"host{number}", way.address, Ssh(port=way.port(number)))
    with SshRemote(destination, access) as remote:
        applied = bring(remote, _bundle(number), Errand("bench", f"/srv/host{number}"))
        return remote.execs, applied.changed


def _bundle(number: int) -> HostBundle:
    files = (
        Artefact(f"postfix/{file.name}", file.read_bytes())
        for file in sorted(Path("tree").iterdir())
    )
    return HostBundle(
        f"host{number}",
        "debian-12",
        Contribution(
            artefacts=tuple(files),
            directories=(Directory("/srv/mail"),),
            links=tuple(Link(f"/etc/postfix/link{n}", f"postfix/file{n}") for n in range(4)),
            packages=MAIL_PACKAGES,
            services=(Service(f"bench{number}.target"),),
        ),
    )


class Deaf:
    """Hears everything and says nothing."""

    def hear(self, event: object) -> None: ...


def main(action: str, way: Way) -> None:
    """All hosts at once; the first failure is raised."""
    if action == "apply":
        collect_seldom()
    # each has loaded its paramiko when the clock begins
    import_module({"floor": "paramiko", "apply": "mailctl.deploy.lean"}[action])
    begun = time.perf_counter()
    access = Access((way.identity,), (way.known_hosts,))
    work = {"floor": partial(floor, way), "apply": partial(apply, way, access)}[action]
    fleet: Fleet[Did] = Fleet(lambda number: work(int(number)), at_once(map(str, HOSTS)))
    ended = fleet.run(Deaf())
    seconds = time.perf_counter() - begun
    for one in ended:
        if one.error is not None:
            raise one.error
    print(json.dumps([seconds, [one.result for one in ended]]))


if __name__ == "__main__":
    action, address, port, key, known_hosts = sys.argv[1:]
    main(action, Way(address, int(port), Path(key), Path(known_hosts)))
