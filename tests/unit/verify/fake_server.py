"""A name server on the loopback that does what no real one would, by UDP and by TCP."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from mailctl.resolver.answer import Server

Reply = bytes | dns.message.Message


@dataclass(frozen=True)
class Asked:
    """One question: the message, how it came, who sent it, and how many came before it."""

    message: dns.message.Message
    by_tcp: bool
    sender: tuple[str, int]
    before: int

    @property
    def name(self) -> str:
        return self.message.question[0].name.to_text(omit_final_dot=True).lower()

    @property
    def kind(self) -> str:
        return str(dns.rdatatype.to_text(self.message.question[0].rdtype))


Behaviour = Callable[[Asked], Iterable[Reply]]
"""What to send back: nothing, one reply, or several in a row."""


class FakeServer:
    """Serves in a thread of its own until it is closed; `asked` is every question that came."""

    def __init__(
        self, behaviour: Behaviour, address: str = "127.0.0.1", port: int = 0, tcp: bool = True
    ) -> None:
        self.behaviour = behaviour
        self.asked: list[Asked] = []
        self._udp, self._tcp = _bound(address, port, tcp)
        self._wake, self._woken = socket.socketpair()
        self.place = Server(address, self._udp.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, name=f"fake DNS {self.place}")
        self._thread.start()

    def close(self) -> None:
        self._wake.send(b".")
        self._thread.join(10)
        assert not self._thread.is_alive()
        for each in (self._udp, self._tcp, self._wake, self._woken):
            if each is not None:
                each.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            for each in (self._udp, self._tcp, self._woken):
                if each is not None:
                    selector.register(each, selectors.EVENT_READ)
            while True:
                ready = [key.fileobj for key, _ in selector.select()]
                if self._woken in ready:
                    return
                if self._udp in ready:
                    self._answer_udp()
                if self._tcp is not None and self._tcp in ready:
                    self._answer_tcp(self._tcp)

    def _answer_udp(self) -> None:
        wire, sender = self._udp.recvfrom(65535)
        for reply in self._replies(wire, False, sender):
            self._udp.sendto(reply, sender)

    def _answer_tcp(self, listening: socket.socket) -> None:
        connection, sender = listening.accept()
        with connection:
            connection.settimeout(5)
            size = int.from_bytes(connection.recv(2))
            for reply in self._replies(connection.recv(size), True, sender):
                connection.sendall(len(reply).to_bytes(2) + reply)

    def _replies(self, wire: bytes, by_tcp: bool, sender: tuple[str, int]) -> list[bytes]:
        asked = Asked(dns.message.from_wire(wire), by_tcp, sender, len(self.asked))
        self.asked.append(asked)
        replies = self.behaviour(asked)
        return [
            reply if isinstance(reply, bytes) else reply.to_wire(max_size=65535)
            for reply in replies
        ]


def _bound(address: str, port: int, tcp: bool) -> tuple[socket.socket, socket.socket | None]:
    """Both sockets on one port; the kernel's choice may be taken for TCP, so try some."""
    for _ in range(50):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM) if tcp else None
        try:
            udp.bind((address, port))
            if listening is not None:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listening.bind((address, udp.getsockname()[1]))
                listening.listen(64)
        except OSError:
            udp.close()
            if listening is not None:
                listening.close()
            if port:
                raise
            continue
        return udp, listening
    raise AssertionError("no free port")


def answering(asked: Asked, *rrsets: dns.rrset.RRset, code: int = 0) -> dns.message.Message:
    """An authoritative reply with these records in it."""
    reply = dns.message.make_response(asked.message)
    reply.flags |= dns.flags.AA
    reply.answer = list(rrsets)
    reply.set_rcode(dns.rcode.Rcode(code))
    return reply


def rrset(name: str, kind: str, *data: str, ttl: int = 3600) -> dns.rrset.RRset:
    return dns.rrset.from_text(f"{name}.", ttl, "IN", kind, *data)
