"""Somebody who logs in to the host by SSH in process, with keys, agents and files of her own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mailctl.deploy.access import Access
from mailctl.deploy.host import Outcome
from mailctl.deploy.passphrases import Ask, unlock
from mailctl.deploy.ssh import SshRemote
from mailctl.deploy.ssh_config import SshConfig
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.throwaway import ThrowawayNetwork

ADDRESS = "203.0.113.77"
ROOT = Ssh()
ECHO = b"cat; id -un"
"""Says what it was given, and as whom it runs."""


def keygen(*options: str | Path) -> None:
    subprocess.run(("ssh-keygen", "-q", *map(str, options)), check=True, stdin=subprocess.DEVNULL)


@dataclass(slots=True)
class Person:
    """`key` lets in as root and as every account of the host that was given its public half."""

    net: ThrowawayNetwork
    host: ThrowawayHost
    folder: Path
    access: Access = field(init=False)

    def __post_init__(self) -> None:
        self.access = self.with_()

    @property
    def key(self) -> Path:
        return self.net.access.identity

    @property
    def known_hosts(self) -> Path:
        return self.net.access.known_hosts

    def with_(
        self,
        *keys: Path,
        config: str = "",
        known_hosts: Path | None = None,
        ask: Ask | None = None,
        password: str = "",
    ) -> Access:
        """An access as the command line makes it for `mail`; `config` is the text of
        ssh_config."""
        file = self.folder / "ssh_config"
        if config:
            file.write_text(config)
        access = Access(
            keys if keys or config else (self.key,),
            (known_hosts or self.known_hosts,),
            SshConfig((file,)) if config else SshConfig(()),
            password,
        )
        if ask is not None:
            unlock(access, [(Destination("mail", ADDRESS, ROOT),)], ask)
        return access

    def remote(
        self, ssh: Ssh = ROOT, access: Access | None = None, address: str = ADDRESS
    ) -> SshRemote:
        return SshRemote(Destination("mail", address, ssh), access or self.access)

    def says(
        self,
        ssh: Ssh = ROOT,
        access: Access | None = None,
        stdin: bytes = b"data\n",
        address: str = ADDRESS,
    ) -> Outcome:
        """What ECHO answers."""
        with self.net.inside(), self.remote(ssh, access, address) as remote:
            return remote.run(ECHO, stdin)

    def on_host(self, script: str) -> str:
        status, said = self.host.run("sh", "-c", script)
        assert status == 0, said
        return said

    @contextmanager
    def sshd(self, *lines: str) -> Iterator[None]:
        """The host's sshd with further settings."""
        file = "/etc/ssh/sshd_config.d/00-test.conf"
        text = "\\n".join(lines)
        self.on_host(f"printf '{text}\\n' >{file} && sshd -t && systemctl reload ssh && sleep 0.3")
        try:
            yield
        finally:
            self.on_host(f"rm {file} && systemctl reload ssh && sleep 0.3")

    def put(self, local: Path, remote: str) -> None:
        """Lay a file on the host."""
        status, said = self.host.run("sh", "-c", f"cat >{remote}", stdin=local.read_bytes())
        assert status == 0, said


@contextmanager
def agent(folder: Path, *keys: str | Path) -> Iterator[Path]:
    """An ssh-agent with these keys, each as an argument of ssh-add."""
    place = folder / "agent"
    process = subprocess.Popen(
        ("ssh-agent", "-D", "-a", str(place)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not place.exists():
            assert process.poll() is None
        for key in keys:
            subprocess.run(
                ("ssh-add", "-q", *str(key).split()),
                check=True,
                env={**os.environ, "SSH_AUTH_SOCK": str(place)},
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        yield place
    finally:
        process.terminate()
        process.wait()
