"""Which servers own a name: the zone that it is in, and the addresses of that zone's NS.

Found through a resolver, as everybody finds them: the SOA in its answer names the zone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.once import Once

Recursive = Callable[[str, str], Answer]
"""Asks a resolver for a name and a type."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A zone and its servers: for each NS its addresses. `reason` where they cannot be found;
    `lost` says why single NS of several have no address."""

    zone: str
    servers: tuple[tuple[Server, ...], ...] = ()
    reason: str = ""
    lost: tuple[str, ...] = ()


class Authorities:
    """Finds authorities, each once. `port` is where name servers answer. Threads may share it."""

    def __init__(self, recursive: Recursive, port: int = 53) -> None:
        self._recursive = recursive
        self._port = port
        self._zones: Once[str, Authority] = Once()

    def of(self, name: str) -> Authority:
        """The authority of a name; one without servers, and with the reason, when it cannot be
        found."""
        zone = self._zone_of(name)
        if isinstance(zone, Answer):
            return Authority("", reason=zone.reason)
        return self._zones.get(zone, lambda: self._found(zone))

    def _zone_of(self, name: str) -> str | Answer:
        """The closest zone, or the answer that failed. An alias leads into another zone, so
        that its own is asked for by its parent."""
        labels = name.split(".")
        for start in range(len(labels)):
            answer = self._recursive(".".join(labels[start:]), "SOA")
            if answer.failed and not answer.aliases:
                return answer
            if answer.zone and not answer.aliases:
                return answer.zone
        server = answer.server
        reason = f"{server} shows no zone that {name} is in"
        return Answer(name, "SOA", Status.FAILED, server, reason=reason)

    def _found(self, zone: str) -> Authority:
        named = self._recursive(zone if zone != "." else "", "NS")
        if named.failed:
            return Authority(zone, reason=named.reason)
        servers, lost = [], []
        for name in (target.removesuffix(".") for target in named.data):
            places, reason = self._places(name)
            if places:
                servers.append(places)
            else:
                lost.append(reason)
        if servers:
            return Authority(zone, tuple(servers), lost=tuple(lost))
        return Authority(zone, reason="; ".join(lost) or f"{zone} has no name servers")

    def _places(self, name: str) -> tuple[tuple[Server, ...], str]:
        """Where a name server answers, or why nobody knows."""
        addresses = [self._recursive(name, kind) for kind in ("A", "AAAA")]
        places = (Server(data, self._port, name) for one in addresses for data in one.data)
        reasons = [one.reason for one in addresses if one.failed]
        return tuple(places), (reasons or [f"the name server {name} has no address"])[0]
