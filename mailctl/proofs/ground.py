"""Where proofs are tried: the spec, people with passwords, the world outside, and the hosts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from mailctl.dns.record import Record
from mailctl.model.names import Address, DomainName
from mailctl.model.system import System
from mailctl.model.user import User


@dataclass(frozen=True, slots=True)
class Received:
    """A message as the foreign host stored it: its raw bytes and its envelope."""

    raw: bytes
    envelope_to: str


class Outside(Protocol):
    """The foreign mail host: a domain of its own, a DKIM key of its own, other people's rules."""

    domain: DomainName
    """Its own domain; it also receives for every foreign domain that the spec names."""
    address: str
    """Its IPv4 address, which is the DNS server's too."""

    authority_roots: Callable[[], str] | None
    """Gives the roots, as PEM, of the certification authority that the world plays, if it does."""

    def send(
        self, message: EmailMessage | bytes, sender: str, recipient: str, *, signed: bool = True
    ) -> None:
        """Queue a message there; it is DKIM-signed and travels by DNS as any mail does."""

    def wait_for(self, token: str, recipient: str = "", timeout: float = 30) -> Received:
        """The message in the foreign mailbox that contains the token; Refuted when none comes."""


class Machine(Protocol):
    """A throwaway host, seen from its console rather than through its ports."""

    def run(self, *argv: str, stdin: bytes = b"") -> tuple[int, str]:
        """Run a command inside as root: exit status, and standard output and error together."""

    def journal(self) -> tuple[str, ...]:
        """All messages of priority warning or worse since the host booted."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a proof may use. The process stands in the network of the hosts when it is used.

    `passwords` holds a clear-text password for each user of `system`; `quota_users` gives for
    each store host a user whose quota is 1 MiB, which the rehearsal adds for its own use.
    `client_addresses` are addresses of the trying client, each one fresh to the servers:
    take the next by `next_client()` where failed logins would earn a penalty.
    """

    system: System
    passwords: Mapping[Address, str]
    quota_users: Mapping[str, User]
    outside: Outside
    machines: Mapping[str, Machine]
    clients: ClientAddresses
    records: tuple[Record, ...] = ()
    """What `dns-records` prints for the spec, and the world's name server shall serve."""
    update_key: Path | None = None
    """The file with the key that signs updates of that server's zones, where it takes any."""

    def next_client(self) -> str:
        """An IPv4 address of ours that no proof has used before."""
        return self.clients.take()


class ClientAddresses(Protocol):
    """A supply of source addresses that the client's network interface carries."""

    def take(self) -> str:
        """The next unused one."""
