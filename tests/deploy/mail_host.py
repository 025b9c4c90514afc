"""A booted host, and a person with a spec who runs mailctl against it from a folder."""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.throwaway import ThrowawayNetwork

PASSWORD = "a long enough password"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class MailHost:
    """`folder` is where the spec lies, `host` the machine that it speaks of."""

    net: ThrowawayNetwork
    host: ThrowawayHost
    folder: Path

    @property
    def address(self) -> str:
        return str(self.host.addresses[0])

    def run(self, command: str, *more: str) -> Said:
        """The command line, as a user types it."""
        options = (
            *("--ssh-key", str(self.net.access.identity)),
            *("--known-hosts", str(self.net.access.known_hosts)),
        )
        with self.net.inside():
            ended = subprocess.run(
                [sys.executable, "-m", "mailctl", command, *more, *options],
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self.folder),
                    "PYTHONPATH": os.pathsep.join(sys.path),
                },
            )
        return Said(ended.returncode, ended.stdout, ended.stderr)

    def apply(self) -> Said:
        """Hosts in here have no DNS to ask."""
        return self.run("apply", "--no-dns-check")

    def says(self, line: str) -> str:
        """What the host's shell says, whatever its status."""
        return self.host.run("sh", "-c", line)[1].strip()

    def does(self, line: str) -> str:
        """The same of a command that must work."""
        status, said = self.host.run("sh", "-c", line)
        if status != 0:
            raise AssertionError(f"{line}: {said}")
        return said.strip()

    def write(self, path: str, text: str) -> None:
        """A file of the host as an editor leaves it."""
        self.host.run("tee", path, stdin=text.encode())

    def send(self, recipient: str, subject: str, sender: str = "eva@elsewhere.example") -> None:
        """A letter to port 25, as a stranger brings it."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, recipient, subject
        message["Message-ID"] = f"<{subject.replace(' ', '.')}@elsewhere.example>"
        message.set_content(f"About {subject}.\n")
        with self.net.inside(), smtplib.SMTP(self.address, timeout=20) as connection:
            connection.send_message(message, sender, [recipient])
