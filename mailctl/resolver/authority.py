"""Which servers own a name: the zone that it is in, and the addresses of that zone's NS.

Found through a resolver, as everybody finds them: the SOA in its answer names the zone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.ask import PATIENT, Patience, ask

Recursive = Callable[[str, str], Answer]
"""Asks a resolver for a name and a type."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A zone and its servers: for each NS its addresses. `reason` where they cannot be found."""

    zone: str
    servers: tuple[tuple[Server, ...], ...] = ()
    reason: str = ""


class Authorities:
    """Finds authorities, each once. Threads may share it."""

    def __init__(self, recursive: Recursive) -> None:
        self._recursive = recursive
        self._zones: dict[str, Authority] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> Authority:
        """The authority of a name; one without servers, and with the reason, when it cannot be
        found."""
        zone = self._zone_of(name)
        if isinstance(zone, Answer):
            return Authority("", reason=zone.reason)
        with self._lock:
            known = self._zones.get(zone)
        if known is None:
            known = self._found(zone)
            with self._lock:
                self._zones[zone] = known
        return known

    def _zone_of(self, name: str) -> str | Answer:
        """The closest zone, or the answer that failed. An alias leads into another zone, so
        that its own is asked for by its parent."""
        labels = name.split(".")
        for start in range(len(labels)):
            answer = self._recursive(".".join(labels[start:]), "SOA")
            if answer.failed:
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
        servers, reasons = [], []
        for name in (target.removesuffix(".") for target in named.data):
            addresses = [self._recursive(name, kind) for kind in ("A", "AAAA")]
            places = tuple(Server(data, name=name) for one in addresses for data in one.data)
            reasons += [one.reason for one in addresses if one.failed]
            if places:
                servers.append(places)
        if servers:
            return Authority(zone, tuple(servers))
        return Authority(zone, reason=(reasons or [f"no server of {zone} has an address"])[0])


def ask_owner(
    places: tuple[Server, ...], name: str, kind: str, patience: Patience = PATIENT
) -> Answer:
    """What one name server of a zone says, at its first address that answers.

    A server that does not own the zone (a lame delegation, RFC 1912, 2.8), or a resolver that
    poses as one, is no authority: FAILED.
    """
    answer = ask(places[0], name, kind, patience)
    for place in places[1:]:
        if not answer.failed:
            break
        answer = ask(place, name, kind, patience)
    if answer.failed or answer.authoritative:
        return answer
    return Answer(name, kind, Status.FAILED, answer.server,
                  reason=f"{answer.server} is not authoritative for {name}")  # fmt: skip
