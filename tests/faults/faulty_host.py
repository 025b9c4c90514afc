"""One real host, and the command line as a user runs it against it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import mailctl
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.throwaway import ThrowawayNetwork

ADDRESS = "203.0.113.77"

SPEC = """\
mailctl: 1
hosts:
  mail:
    fqdn: mail.faults.example
    addresses: [{address}]
    platform: {platform}
    ssh: {{{ssh}}}
domains:
  faults.example: {{}}
users:
  a@faults.example:
    password: {{file: secret}}
    aliases: [postmaster@faults.example, abuse@faults.example]
"""

# generated files of systemd and the like change by themselves; these are what apply could touch
_FINGERPRINT = (
    "find /etc /var/lib/mailctl /var/vmail /usr/sbin/policy-rc.d "
    r"-printf '%p %y %m %u %g %s %T@ %l\n' 2>/dev/null | grep -v /etc/mtab | sort | sha256sum"
)


@dataclass(slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Keyboard:
    """A person with a spec, a key and a file of known hosts."""

    net: ThrowawayNetwork
    host: ThrowawayHost
    folder: Path
    key: Path
    known_hosts: Path

    def write_spec(
        self, ssh: str = "user: root", platform: str = "debian-12", address: str = ADDRESS
    ) -> None:
        self.spec.write_text(SPEC.format(ssh=ssh, platform=platform, address=address))

    @property
    def spec(self) -> Path:
        return self.folder / "mail.yaml"

    def begin(self, command: str, *more: str) -> subprocess.Popen[str]:
        """The command line with the options that stand for this person, in the background."""
        options = ("--ssh-key", str(self.key), "--known-hosts", str(self.known_hosts))
        with self.net.inside():
            return subprocess.Popen(
                [sys.executable, "-m", "mailctl", command, *more, *options],
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self.folder),
                    "PYTHONPATH": str(Path(mailctl.__file__).parents[1]),
                },
            )

    def run(self, command: str, *more: str) -> Said:
        """The same, to its end."""
        with self.begin(command, *more) as process:
            try:
                out, err = process.communicate(timeout=120)
            finally:
                process.kill()
        return Said(process.returncode, out, err)

    def shell(self, line: str) -> None:
        """What a user pastes from an error's hint."""
        with self.net.inside():
            subprocess.run(["sh", "-c", line], check=True, capture_output=True)

    def fingerprint(self) -> str:
        """All that an apply could have changed on the host."""
        return self.host.run("sh", "-c", _FINGERPRINT)[1]
