"""What a name server said, as a value, in the same form as a `Record` has its data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """FAILED: nobody knows, for the server was silent, broken, or not the one to ask."""

    FOUND = "found"
    NODATA = "no such record"
    NXDOMAIN = "no such name"
    FAILED = "could not be asked"


@dataclass(frozen=True, slots=True)
class Server:
    """A name server: where it answers, and its name where one led to it."""

    address: str
    port: int = 53
    name: str = ""

    def __str__(self) -> str:
        place = self.address if self.port == 53 else f"{self.address} port {self.port}"
        return f"{self.name} ({place})" if self.name else place


@dataclass(frozen=True, slots=True)
class Answer:
    """One server's answer to one question (RFC 1034, 4.3.1; RFC 2308 for absences).

    `data` is sorted, each as `Record.data` is written: a TXT is its strings joined, other types
    are in presentation form with names absolute and lower-case. `aliases` are the CNAMEs passed
    on the way; a FAILED answer may have some too. `zone` is the zone that the name is in, as
    the SOA in the answer shows it, or as those found who asked its owners; empty where nobody
    said. `signatures` are the RRSIG of a DNSKEY, `ttl` in seconds. `reason` says why a FAILED
    answer is none; it is `silent` when no reply came at all.
    """

    name: str
    type: str
    status: Status
    server: Server
    data: tuple[str, ...] = ()
    ttl: int = 0
    aliases: tuple[str, ...] = ()
    zone: str = ""
    authoritative: bool = False
    authentic: bool = False
    signatures: tuple[str, ...] = ()
    reason: str = ""
    silent: bool = False

    @property
    def failed(self) -> bool:
        return self.status is Status.FAILED

    @property
    def absent(self) -> bool:
        """The server says that there is no such record."""
        return self.status in (Status.NODATA, Status.NXDOMAIN)
