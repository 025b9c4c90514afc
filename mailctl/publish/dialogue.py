"""Talking to one name server: many questions at once, and one update at a time, all signed.

Questions are signed too, so that a server that shows each key another view (BIND's
`match-clients { key ...; }`) shows the one that the update goes to. A server that refuses
signed questions is asked again without a signature: whether the key is good will show in the
update, whose prerequisites hold the zone against what was seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from mailctl.errors import PublishError
from mailctl.model.tsig_key import TsigKey
from mailctl.publish.connection import Connection, Hangup, Waits
from mailctl.publish.faults import update_refused
from mailctl.publish.reply import understood
from mailctl.resolver.answer import Server

if TYPE_CHECKING:
    import dns.message
    import dns.tsig
    import dns.update

AT_ONCE = 32
"""Questions that are on their way together (RFC 7766, 6.2.1.1)."""

_DENIALS = frozenset({"FORMERR", "NOTIMP", "REFUSED", "NOTAUTH"})

Question = tuple[str, str]
"""Name and type."""


class Dialogue:
    """Questions and updates to one server. Without a key nothing is signed, and no update sent."""

    def __init__(
        self, servers: tuple[Server, ...], key: TsigKey | None, waits: Waits | None = None
    ) -> None:
        self._servers = servers
        self._key = None if key is None else _tsig(key)
        self._signs = key is not None
        self._waits = waits or Waits()
        self._open: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    @property
    def server(self) -> Server:
        """The address that is talked to."""
        return self._connection().server

    @property
    def key_unused(self) -> bool:
        """The server did not take our signature under questions."""
        return self._key is not None and not self._signs

    def ask_all(
        self, questions: Sequence[Question]
    ) -> Iterator[tuple[Question, dns.message.Message]]:
        """Each question with the server's answer, in order. Raises PublishError."""
        for start in range(0, len(questions), AT_ONCE):
            some = questions[start : start + AT_ONCE]
            yield from zip(some, self._asked(some), strict=True)

    def update(self, message: dns.update.UpdateMessage, zone: str) -> None:
        """Send it, over a connection of its own. Raises PublishError unless it was done, and
        Overtaken when a prerequisite did not hold."""
        import dns.rcode

        if self._key is None:
            raise ValueError("updates are signed: without a key there are none")
        message.use_tsig(self._key, algorithm=self._key.algorithm)
        # an idle connection may be about to be closed, and then nobody knew what was done
        self._close()
        connection = self._connection()
        wire = message.to_wire()
        connection.send(wire)
        try:
            answer = connection.receive()
        except PublishError as error:
            raise PublishError(
                f"{error.message}: nobody knows whether {zone} was updated", "run it again"
            ) from None
        reply = understood(answer, message, self._key, connection.server)
        rcode = dns.rcode.to_text(reply.rcode())
        if rcode != "NOERROR":
            name = self._key.name.to_text(omit_final_dot=True)
            raise update_refused(connection.server, rcode, zone, name, reply.had_tsig)

    def _asked(self, questions: Sequence[Question]) -> list[dns.message.Message]:
        replies = self._exchanged(questions)
        doubtful = any(_denied(reply) and not reply.had_tsig for reply in replies)
        if not self._signs or not doubtful:
            return replies
        self._signs = False
        unsigned = self._exchanged(questions)
        # where signatures change nothing, as for a zone that is not there, they stay
        self._signs = list(map(_denied, replies)) == list(map(_denied, unsigned))
        return unsigned

    def _exchanged(self, questions: Sequence[Question]) -> list[dns.message.Message]:
        """Sent together, and answered in whatever order; asked again where a connection ends
        in between, as long as each brings an answer at least."""
        waiting: dict[int, dns.message.Message] = {}
        for name, kind in questions:
            query = self._query(name, kind)
            while query.id in waiting:
                query = self._query(name, kind)
            waiting[query.id] = query
        order = list(waiting)
        replies: dict[int, dns.message.Message] = {}
        fresh = self._open is None
        while waiting:
            before = len(waiting)
            try:
                self._exchange(waiting, replies)
            except Hangup:
                self._close()
                if fresh and len(waiting) == before:
                    raise
                fresh = True
        return [replies[number] for number in order]

    def _exchange(
        self, waiting: dict[int, dns.message.Message], replies: dict[int, dns.message.Message]
    ) -> None:
        connection = self._connection()
        key = self._key if self._signs else None
        for query in waiting.values():
            connection.send(query.to_wire())
        while waiting:
            wire = connection.receive()
            number = int.from_bytes(wire[:2], "big")
            sent = waiting.get(number)
            if sent is None:
                raise PublishError(f"{connection.server} answers something that it was not asked")
            replies[number] = understood(wire, sent, key, connection.server)
            del waiting[number]

    def _query(self, name: str, kind: str) -> dns.message.Message:
        import dns.exception
        import dns.flags
        import dns.message

        try:
            query = dns.message.make_query(f"{name}.", kind)
        except dns.exception.DNSException:
            raise PublishError(
                f"{name} is no name that DNS could have (RFC 1035, 2.3.4)",
                "is its domain, or its selector, too long?",
            ) from None
        query.flags &= ~dns.flags.RD
        if self._signs and self._key is not None:
            query.use_tsig(self._key, algorithm=self._key.algorithm)
        return query

    def _connection(self) -> Connection:
        if self._open is None:
            self._open = Connection(self._servers, self._waits)
        return self._open

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _denied(reply: dns.message.Message) -> bool:
    import dns.rcode

    return dns.rcode.to_text(reply.rcode()) in _DENIALS


def _tsig(key: TsigKey) -> dns.tsig.Key:
    import dns.name
    import dns.tsig

    # its repr shows the secret: it stays within this room
    return dns.tsig.Key(
        dns.name.from_text(f"{key.name}."), key.secret, dns.name.from_text(f"{key.algorithm}.")
    )
