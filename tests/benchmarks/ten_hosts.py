"""The ten hosts of the benchmarks as a client knows them: a port each, at one address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HOSTS = range(10)
MAIL_PACKAGES = ("postfix", "postfix-lmdb", "dovecot-core", "dovecot-imapd", "opendkim")
"""Those that lie there, as on a mail server, and are asked for."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where the ten answer: one address, a port for each from `first_port` on."""

    address: str
    first_port: int
    identity: Path
    known_hosts: Path

    def port(self, number: int) -> int:
        return self.first_port + number

    def words(self) -> tuple[str, ...]:
        """As a command line carries it."""
        return (self.address, str(self.first_port), str(self.identity), str(self.known_hosts))
