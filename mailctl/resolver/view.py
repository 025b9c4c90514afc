"""The two ways to look at DNS: as its owners serve it, and as one resolver sees it."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from mailctl.errors import MailctlError
from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.ask import PATIENT, Patience
from mailctl.resolver.asker import Asker
from mailctl.resolver.authority import Authorities, Authority
from mailctl.resolver.once import Once


class View(Protocol):
    """Answers to a question, one for each server that has a say; never none."""

    def ask(self, name: str, kind: str) -> tuple[Answer, ...]:
        """What each of them says; FAILED answers carry their reason."""

    def recursive(self, name: str, kind: str) -> Answer:
        """What a resolver says: for names that are not the spec's own, and for zone cuts."""

    def lost(self, name: str) -> tuple[str, ...]:
        """Why single name servers of the name's zone have no address, as far as this view
        knows."""


class ResolverView:
    """One resolver, which remembers; so do we, for one run. Threads may share it."""

    def __init__(self, server: Server, patience: Patience = PATIENT) -> None:
        self._server = server
        self._asker = Asker(patience)
        self._known: Once[tuple[str, str], Answer] = Once()

    def ask(self, name: str, kind: str) -> tuple[Answer, ...]:
        return (self.recursive(name, kind),)

    def recursive(self, name: str, kind: str) -> Answer:
        return self._known.get(
            (name, kind), lambda: self._asker.ask(self._server, name, kind, recursive=True)
        )

    def lost(self, name: str) -> tuple[str, ...]:
        return ()  # whom a resolver asks is its own affair


class OwnersView:
    """All authoritative servers of each name, each asked once; `resolver` finds them, `port` is
    where they answer. Threads may share it."""

    def __init__(
        self, resolver: ResolverView, patience: Patience = PATIENT, port: int = 53
    ) -> None:
        self._resolver = resolver
        self._asker = Asker(patience)
        self._known: Once[tuple[str, str], tuple[Answer, ...]] = Once()
        self.authorities = Authorities(resolver.recursive, port)

    def ask(self, name: str, kind: str) -> tuple[Answer, ...]:
        return self._known.get((name, kind), lambda: self._asked(name, kind))

    def recursive(self, name: str, kind: str) -> Answer:
        return self._resolver.recursive(name, kind)

    def lost(self, name: str) -> tuple[str, ...]:
        return self.authorities.of(name).lost

    def _asked(self, name: str, kind: str) -> tuple[Answer, ...]:
        """Names below `_` labels are hardly ever zones of their own, so that the owners of what
        stands above are asked first; where they will not answer, one more look is worth it."""
        above = _above_underscores(name)
        first = self.authorities.of(above)
        answers = self._of_all(first, name, kind)
        if name == above or not first.servers or not any(answer.failed for answer in answers):
            return answers
        exact = self.authorities.of(name)
        if not exact.servers or exact.zone == first.zone:
            return answers
        return self._of_all(exact, name, kind)

    def _of_all(self, authority: Authority, name: str, kind: str) -> tuple[Answer, ...]:
        if not authority.servers:
            nobody = Server("", name=authority.zone)
            return (Answer(name, kind, Status.FAILED, nobody, reason=authority.reason),)
        return tuple(
            replace(self._asker.ask_first(places, name, kind), zone=authority.zone)
            for places in authority.servers
        )


def _above_underscores(name: str) -> str:
    """What follows the last label that begins with `_` (RFC 8552), or that is a wildcard."""
    labels = name.split(".")
    marks = [place for place, label in enumerate(labels) if label[:1] in ("_", "*")]
    return ".".join(labels[marks[-1] + 1 :]) if marks else name


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
