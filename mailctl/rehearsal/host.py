"""One throwaway host: an image with an overlay in memory, booted by systemd-nspawn(1)."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from mailctl.errors import RehearsalError
from mailctl.model.host import Ssh
from mailctl.rehearsal import program
from mailctl.rehearsal.ledger import Ledger, end_control_group, remove_export
from mailctl.rehearsal.namespace import inside
from mailctl.rehearsal.network import IpAddress
from mailctl.rehearsal.requirements import cgroup_root

BOOT_PATIENCE = 90.0
"""Seconds until a host must answer; three to ten are usual, many hosts on few cores need more."""

_LONGEST_MACHINE = 64
"""Characters of a machine's name (HOST_NAME_MAX)."""

PLAIN_SSH = Ssh()
"""Root, on port 22."""

_NAMESPACES = ("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd")
"""With the root folder too: where we stand in a chroot ourselves, that of the mount namespace
is not the host's."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(slots=True)
class ThrowawayHost:
    """A host of a run. It is a `Machine` to the proofs.

    `root` is its file system as it stands, whether it runs or not. `from_namespace` is the
    network namespace that it is reached from.
    """

    ledger: Ledger
    name: str
    addresses: tuple[IpAddress, ...]
    namespace: str
    from_namespace: str
    image: Path
    ssh: Ssh = PLAIN_SSH
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _leader: int = 0

    @property
    def folder(self) -> Path:
        return self.ledger.folder / "hosts" / self.name

    @property
    def root(self) -> Path:
        """The host's file system, whether it runs or not."""
        return self.folder / "root"

    @property
    def console(self) -> Path:
        """What the host printed on its console."""
        return self.folder / "console"

    def lay(self) -> None:
        """Mount the overlay; nothing runs yet, files may be written below `root`."""
        for part in ("upper", "work", "root"):
            (self.folder / part).mkdir(parents=True)
        options = f"lowerdir={self.image},upperdir={self.folder}/upper,workdir={self.folder}/work"
        self.ledger.note("mount", str(self.root))
        program.run("mount", "-t", "overlay", "-o", options, "overlay", str(self.root))

    def boot(self) -> None:
        """Start it, and return at once."""
        self.ledger.note("export", str(self._export))
        self.ledger.note("cgroup", str(self.control_group))
        self.control_group.mkdir()
        # the shell puts itself into the control group, then becomes systemd-nspawn
        join_group = ("sh", "-c", 'echo 0 > "$0/cgroup.procs" && exec "$@"')
        with self.console.open("wb") as console:
            self._process = subprocess.Popen(
                [*join_group, str(self.control_group), *self._nspawn],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for us, not for the hosts: they are ended in order
                start_new_session=True,
                env={"PATH": _PATH, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            )

    @property
    def _nspawn(self) -> list[str]:
        return [
            "systemd-nspawn",
            "--register=no",
            "--keep-unit",
            "--quiet",
            "--boot",
            f"--directory={self.root}",
            f"--machine={self._machine}",
            f"--network-namespace-path=/run/netns/{self.namespace}",
            "--resolv-conf=off",
            "--timezone=off",
            "--link-journal=no",
        ]

    @property
    def _machine(self) -> str:
        """A name that no other run has. The host calls itself what its /etc/hostname says."""
        return f"{self.ledger.run}-{self.name}"[:_LONGEST_MACHINE]

    @property
    def _export(self) -> Path:
        """Where systemd-nspawn, since 256, lets the host show sockets; it is left mounted when
        systemd-nspawn is killed, and then the next boot under the same name is refused."""
        return Path("/run/systemd/nspawn/unix-export") / self._machine

    def wait(self, patience: float = BOOT_PATIENCE) -> None:
        """Until SSH answers; raises RehearsalError with the console's end when it does not."""
        end = time.monotonic() + patience
        while not self._answers():
            if self._process is not None and self._process.poll() is not None:
                raise RehearsalError(f"{self.name} did not boot: {self._last_words()}")
            if time.monotonic() > end:
                raise RehearsalError(
                    f"{self.name} did not answer within {patience:.0f} s: {self._last_words()}"
                )
            time.sleep(0.05)

    def _answers(self) -> bool:
        with self.seen_from_the_client():
            try:
                place = (str(self.addresses[0]), self.ssh.port)
                with socket.create_connection(place, timeout=2) as connection:
                    # spoken politely, for sshd logs as an error whoever leaves without a word
                    connection.sendall(b"SSH-2.0-mailctl\r\n")
                    return connection.recv(4096).startswith(b"SSH-")
            except OSError:
                return False

    def seen_from_the_client(self) -> AbstractContextManager[None]:
        """Stand where the host is reached from."""
        return inside(self.from_namespace)

    def _last_words(self) -> str:
        text = self.console.read_text(errors="replace").split() if self.console.exists() else []
        return " ".join(text[-30:]) or "its console is empty"

    def run(self, *argv: str, stdin: bytes = b"") -> tuple[int, str]:
        """Run a command inside as root: exit status, and standard output and error together."""
        ended = subprocess.run(
            ["nsenter", f"--target={self._init}", *_NAMESPACES, "--", *argv],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            env={"PATH": _PATH, "HOME": "/root", "LC_ALL": "C.UTF-8"},
        )
        return ended.returncode, ended.stdout.decode(errors="replace")

    def journal(self) -> tuple[str, ...]:
        """All messages of priority warning or worse since the host booted, as
        `unit[pid]: message` after the time."""
        self.run("journalctl", "--sync")
        if not self._journal("--lines=1"):
            raise RehearsalError(
                f"the journal of {self.name} is empty: nothing can be read from it"
            )
        return self._journal("--priority=warning")

    def _journal(self, which: str) -> tuple[str, ...]:
        status, text = self.run(
            *("journalctl", "--boot", which, "--no-pager", "--quiet"),
            *("--output=short", "--no-hostname"),
        )
        if status != 0:
            raise RehearsalError(f"the journal of {self.name} cannot be read: {text.strip()}")
        return tuple(text.splitlines())

    @property
    def _init(self) -> int:
        """The process id, as we see it, of the host's process 1."""
        if not self._leader:
            if self._process is None:
                raise RehearsalError(f"{self.name} was not booted")
            nspawn = self._process.pid
            children = Path(f"/proc/{nspawn}/task/{nspawn}/children").read_text().split()
            if not children:
                raise RehearsalError(f"{self.name} is not running: {self._last_words()}")
            self._leader = int(children[0])
        return self._leader

    def stop(self) -> None:
        """Pull the plug. The overlay stays, so that it can `boot` again."""
        end_control_group(self.control_group)
        self.bury()
        remove_export(self._export)

    def bury(self) -> None:
        """Take note that it ended, when its control group is gone already."""
        if self._process is not None:
            self._process.wait()
        self._process, self._leader = None, 0

    @property
    def control_group(self) -> Path:
        """What holds all of the host's processes, and systemd-nspawn's."""
        return cgroup_root() / f"mailctl-{self.ledger.run}-{self.name}"
