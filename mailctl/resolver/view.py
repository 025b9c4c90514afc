"""The two ways to look at DNS: as its owners serve it, and as one resolver sees it."""

from __future__ import annotations

import threading
from typing import Protocol

from mailctl.errors import MailctlError
from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.ask import PATIENT, Patience, ask
from mailctl.resolver.authority import Authorities, ask_owner


class View(Protocol):
    """Answers to a question, one for each server that has a say; never none."""

    def ask(self, name: str, kind: str) -> tuple[Answer, ...]:
        """What each of them says; FAILED answers carry their reason."""

    def recursive(self, name: str, kind: str) -> Answer:
        """What a resolver says: for names that are not the spec's own, and for zone cuts."""


class ResolverView:
    """One resolver, which remembers; so do we, for one run. Threads may share it."""

    def __init__(self, server: Server, patience: Patience = PATIENT) -> None:
        self._server = server
        self._patience = patience
        self._known: dict[tuple[str, str], Answer] = {}
        self._lock = threading.Lock()

    def ask(self, name: str, kind: str) -> tuple[Answer, ...]:
        return (self.recursive(name, kind),)

    def recursive(self, name: str, kind: str) -> Answer:
        with self._lock:
            known = self._known.get((name, kind))
        if known is None:
            known = ask(self._server, name, kind, self._patience, recursive=True)
            with self._lock:
                self._known[name, kind] = known
        return known


class OwnersView:
    """All authoritative servers of each name; `resolver` finds them. Threads may share it."""

    def __init__(self, resolver: ResolverView, patience: Patience = PATIENT) -> None:
        self._resolver = resolver
        self._patience = patience
        self.authorities = Authorities(resolver.recursive)

    def ask(self, name: str, kind: str) -> tuple[Answer, ...]:
        authority = self.authorities.of(name)
        if not authority.servers:
            nobody = Server("", name=authority.zone)
            return (Answer(name, kind, Status.FAILED, nobody, reason=authority.reason),)
        return tuple(ask_owner(places, name, kind, self._patience) for places in authority.servers)

    def recursive(self, name: str, kind: str) -> Answer:
        return self._resolver.recursive(name, kind)


def system_resolver() -> Server:
    """The first resolver of resolv.conf(5). Raises MailctlError when this machine has none."""
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.Resolver().nameservers
    except (dns.exception.DNSException, OSError):
        found = []
    addresses = [place for place in found if isinstance(place, str)]
    if not addresses:
        raise MailctlError("/etc/resolv.conf names no resolver", "name one with --resolver ADDRESS")
    return Server(addresses[0])
