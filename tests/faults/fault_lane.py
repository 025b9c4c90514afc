"""One throwaway host that is maltreated, and all that a blow against it needs."""

from __future__ import annotations

import contextlib
import itertools
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import fault_bundles
from cutting_relay import Relay
from mail_stream import MailStream
from wholeness import Seen, look

from mailctl.bundle import HostBundle
from mailctl.deploy.access import Access
from mailctl.deploy.apply import Applied, bring
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.script import Errand
from mailctl.deploy.ssh import SshRemote
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh
from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import program, recipe
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.throwaway import ThrowawayNetwork

PATIENCE = 2
"""Seconds that the agent waits for our word."""

ERRAND = Errand("faults@desk", patience=PATIENCE)
_CALM = Errand("faults@desk")
_STATE_SIZE = "64m"
_RELAY_PORTS = 20000
"""Below those that the kernel lends (ip(7), ip_local_port_range): the mail that is sent meanwhile
comes from the same address, and would hold one of them now and then."""
_GREETINGS = ((25, "220 mail.faults.example ESMTP {}"), (143, "Dovecot {} ready."))


@dataclass(slots=True)
class Lane:
    """A host, what may be live on it, and the mail that it gets meanwhile.

    `sent` and `heard` are how many bytes a calm apply exchanges.
    """

    net: ThrowawayNetwork
    host: ThrowawayHost
    platform: str
    folder: Path
    relay_port: int
    bundles: dict[str, HostBundle]
    stream: MailStream
    sent: int = 0
    heard: int = 0
    digests: dict[str, str] = field(default_factory=dict)
    """The letter of each good generation by its manifest's digest."""
    _sources: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._sources = itertools.cycle(self.stream.sources)

    @classmethod
    def boot(cls, net: ThrowawayNetwork, folder: Path, number: int, platform: str) -> Lane:
        """A host whose /var/lib/mailctl is a disk of its own, in memory, that outlives it."""
        address, name = f"203.0.113.{70 + number}", f"lane{number}"
        fault_bundles.write_specs(folder, address, platform)
        host = net.lay(
            name,
            recipe=recipe.stocked(PLATFORMS[platform]),
            addresses=[address],
            fqdn=fault_bundles.FQDN,
        )
        state = host.root / "var/lib/mailctl"
        state.mkdir()
        net.ledger.note("mount", str(state))
        program.run("mount", "-t", "tmpfs", "-o", f"size={_STATE_SIZE},mode=755", "x", str(state))
        host.boot()
        host.wait()
        good = {letter: fault_bundles.compiled(folder / f"{letter}.yaml") for letter in "AB"}
        good |= {letter: fault_bundles.restarting(good["A"], letter) for letter in "CD"}
        relay_port = _RELAY_PORTS + number
        public = (host.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().strip()
        net.access.trust([str(net.client_addresses[0])], relay_port, public)
        sources = tuple(str(address) for address in net.client_addresses if address.version == 4)
        return cls(
            net=net,
            host=host,
            platform=platform,
            folder=folder,
            relay_port=relay_port,
            bundles=good,
            stream=MailStream(host, fault_bundles.USER, fault_bundles.PASSWORD, sources),
            digests={Manifest.of(one).digest: letter for letter, one in good.items()},
        )

    @property
    def state(self) -> Path:
        return self.host.root / "var/lib/mailctl"

    def relay(self) -> Relay:
        """A wire to the host's SSH server that can be cut; for one connection."""
        return Relay(
            (str(self.net.client_addresses[0]), self.relay_port),
            (str(self.host.addresses[0]), self.host.ssh.port),
        )

    def remote(self, relay: Relay | None = None) -> SshRemote:
        """A connection, to be opened by `with`; through the relay if there is one."""
        access = Access((self.net.access.identity,), (self.net.access.known_hosts,))
        address = str(self.host.addresses[0] if relay is None else self.net.client_addresses[0])
        ssh = self.host.ssh if relay is None else Ssh(port=self.relay_port)
        return SshRemote(Destination("mail", address, ssh), access)

    def apply(self, letter: str) -> Applied:
        """As nobody disturbs it."""
        with self.remote() as remote:
            return bring(remote, self.bundles[letter], _CALM)

    def begin(self) -> None:
        """The first generation, and a calm apply whose bytes are counted."""
        self.apply("A")
        relay = self.relay()
        try:
            with self.remote(relay) as remote:
                bring(remote, self.bundles["B"], _CALM)
        finally:
            relay.close()
        self.sent, self.heard = relay.sent, relay.heard
        self.stream.start()

    def start_client(self, letter: str) -> subprocess.Popen[bytes]:
        """A real `mailctl apply` in a process of its own."""
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "mailctl", "apply", "--no-dns-check", f"{letter}.yaml"),
                *("--ssh-key", str(self.net.access.identity)),
                *("--known-hosts", str(self.net.access.known_hosts)),
            ],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)},
        )

    def live(self) -> str:
        """The letter of what is live; empty where that is none of ours."""
        return self.digests.get(look(self.host.root).digest, "")

    def objections(self) -> tuple[Seen, tuple[str, ...]]:
        """All that is not as it should be: files, links, and daemons that run something else."""
        seen = look(self.host.root)
        letter = self.digests.get(seen.digest, "")
        found = list(seen.objections)
        if not letter:
            found.append(f"generation {seen.number} is none of those that were good")
        elif not found:
            found += self._silent(letter)
        return seen, tuple(found)

    def _silent(self, letter: str) -> list[str]:
        """Ports that do not greet as the live generation says."""
        heard = {port: self._greeting(port) for port, _ in _GREETINGS}
        return [
            f"port {port} says {heard[port]!r}, which is not generation {letter}"
            for port, text in _GREETINGS
            if text.format(letter) not in heard[port]
        ]

    def _greeting(self, port: int) -> str:
        place = (str(self.host.addresses[0]), port)
        try:
            # who asks as often as this would soon be asked to go away
            source = (next(self._sources), 0)
            with socket.create_connection(place, 3, source) as connection:
                text = connection.recv(4096).decode(errors="replace").strip()
                with contextlib.suppress(OSError):
                    connection.sendall(b"QUIT\r\n" if port == 25 else b"a LOGOUT\r\n")
                    connection.recv(4096)
                return text
        except OSError as error:
            return str(error)

    def settled(self, patience: float) -> tuple[Seen, tuple[str, ...], float]:
        """What is objected to when it has had so many seconds to mend itself; and how many
        seconds it took."""
        begun = time.monotonic()
        while True:
            seen, objections = self.objections()
            passed = time.monotonic() - begun
            if not objections or passed > patience:
                return seen, objections, passed
            time.sleep(0.4)

    def portrait(self) -> str:
        """The host's state, for whoever looks for the cause."""
        script = (
            "cd /var/lib/mailctl; readlink current; ls -l . generations 2>&1; cat pending 2>&1; "
            "df -k . | tail -1; find /etc -lname '/var/lib/mailctl/*'; "
            "systemctl --failed --no-legend --plain; "
            "systemctl is-active postfix@-.service postfix.service dovecot opendkim; "
            "ps axo pid,ppid,args | grep -v smtpd | cut -c1-120; "
            "journalctl --no-pager -n 25 -o short-precise"
        )
        return self.host.run("sh", "-c", script)[1]
