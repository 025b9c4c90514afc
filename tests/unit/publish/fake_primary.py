"""A name server of our own on 127.0.0.1 that checks signatures, takes updates, and misbehaves
on demand, in ways that no real one can be brought to."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.update

from mailctl.model.tsig_key import TsigKey
from mailctl.publish.connection import Waits
from mailctl.publish.dialogue import Dialogue
from mailctl.resolver.answer import Server

SECRET = b"0123456789abcdef0123456789abcdef"
KEY = TsigKey("push", "hmac-sha256", SECRET)
TSIG = dns.tsig.Key("push.", SECRET, "hmac-sha256.")
QUICK = Waits(connect=1.0, answer=0.5)

Mangle = Callable[["FakePrimary", dns.message.Message, dns.message.Message], bytes | None]
"""What is sent instead of the reply to an update: bytes, or None for silence."""


@dataclass
class FakePrimary:
    """Holds zones as lines of a zone file; `updates` are those that came."""

    zones: dict[str, list[str]]
    mangle: Mangle | None = None
    mangle_questions: bool = False
    applies: bool = True
    closes_after: int = 0
    rcodes: dict[str, str] = field(default_factory=dict)
    updates: list[dns.update.UpdateMessage] = field(default_factory=list)
    port: int = 0

    def dialogue(self, key: TsigKey | None = KEY) -> Dialogue:
        return Dialogue((Server("127.0.0.1", self.port),), key, QUICK)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        answered = 0
        # who has heard enough may leave before the last answer
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as stream:
            while len(head := stream.read(2)) == 2:
                length = struct.unpack("!H", head)[0]
                wire = stream.read(length)
                if len(wire) < length:
                    return  # the client hung up in the middle
                reply = self._reply(wire)
                if reply is None:
                    time.sleep(QUICK.answer * 2)
                    return
                connection.sendall(struct.pack("!H", len(reply)) + reply)
                answered += 1
                if answered == self.closes_after:
                    return

    def _reply(self, wire: bytes) -> bytes | None:
        asked = dns.message.from_wire(wire, keyring={TSIG.name: TSIG})
        reply = dns.message.make_response(asked)
        update = asked.opcode() == dns.opcode.UPDATE
        if not update:
            self._answer(asked, reply)
        mangled = self.mangle is not None and (update or self.mangle_questions)
        answer = self.mangle(self, asked, reply) if self.mangle and mangled else reply.to_wire()
        if update:
            self._update(asked, done=reply.rcode() == dns.rcode.NOERROR)  # type: ignore[arg-type]
        return answer

    def _answer(self, asked: dns.message.Message, reply: dns.message.Message) -> None:
        name, kind = asked.question[0].name, asked.question[0].rdtype
        zone = self._zone(name)
        if zone is None or zone in self.rcodes:
            reply.set_rcode(dns.rcode.from_text(self.rcodes.get(zone or "", "REFUSED")))
            return
        reply.flags |= dns.flags.AA
        for rrset in self.rrsets(zone):
            if rrset.name == name and rrset.rdtype in (kind, dns.rdatatype.CNAME):
                reply.answer.append(rrset)
        if kind == dns.rdatatype.SOA and name == dns.name.from_text(zone):
            reply.answer.append(_soa(zone))
        elif not reply.answer:
            reply.authority.append(_soa(zone))

    def _zone(self, name: dns.name.Name) -> str | None:
        fitting = (zone for zone in self.zones if name.is_subdomain(dns.name.from_text(zone)))
        return max(fitting, key=len, default=None)

    def rrsets(self, zone: str) -> list[dns.rrset.RRset]:
        """All sets of a zone; a line is `name ttl type data`."""
        found: dict[tuple[str, str], list[str]] = {}
        ttls: dict[tuple[str, str], int] = {}
        for line in self.zones[zone]:
            name, ttl, kind, data = line.split(maxsplit=3)
            found.setdefault((name, kind), []).append(data)
            ttls[name, kind] = int(ttl)
        return [
            dns.rrset.from_text(f"{name}.", ttls[name, kind], "IN", kind, *data)
            for (name, kind), data in found.items()
        ]

    def _update(self, message: dns.update.UpdateMessage, done: bool) -> None:
        self.updates.append(message)
        if not (done and self.applies):
            return
        lines = self.zones[message.zone[0].name.to_text(omit_final_dot=True)]
        for rrset in message.update:
            name, kind = (
                rrset.name.to_text(omit_final_dot=True),
                dns.rdatatype.to_text(rrset.rdtype),
            )
            for data in rrset:
                if rrset.deleting == dns.rdataclass.NONE:
                    lines[:] = [
                        line
                        for line in lines
                        if line.split(maxsplit=3)[::2] != [name, kind]
                        or line.split(maxsplit=3)[3] != str(data)
                    ]
                else:
                    lines.append(f"{name} {rrset.ttl} {kind} {data}")


def _soa(zone: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(f"{zone}.", 300, "IN", "SOA", "ns.example. a.example. 1 1 1 1 300")


@contextlib.contextmanager
def running(primary: FakePrimary) -> Iterator[FakePrimary]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        primary.port = listener.getsockname()[1]
        thread = threading.Thread(target=primary.serve, args=(listener,), daemon=True)
        thread.start()
        yield primary
        listener.shutdown(socket.SHUT_RDWR)


def with_rcode(rcode: str, signed: bool = True) -> Mangle:
    """Answers an update with this response code, signed or not."""

    def mangle(
        _primary: FakePrimary, _asked: dns.message.Message, reply: dns.message.Message
    ) -> bytes:
        reply.set_rcode(dns.rcode.from_text(rcode))
        if not signed:
            reply.tsig, reply.want_tsig_sign = None, False
        return reply.to_wire()

    return mangle


def with_tsig_error(error: int, other: bytes = b"", rcode: str = "NOTAUTH") -> Mangle:
    """Answers with a TSIG error (RFC 8945, 5.2)."""

    def mangle(
        _primary: FakePrimary, asked: dns.message.Message, reply: dns.message.Message
    ) -> bytes:
        reply.set_rcode(dns.rcode.from_text(rcode))
        reply.use_tsig(
            TSIG, fudge=300, original_id=asked.id, tsig_error=error, other_data=other,
            algorithm=TSIG.algorithm,
        )  # fmt: skip
        return reply.to_wire()

    return mangle
