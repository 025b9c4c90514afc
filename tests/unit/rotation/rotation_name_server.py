"""A name server on loopback: it owns example.org, and is the resolver that finds itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

ADDRESS = "127.77.53.1"
ZONE = "example.org."


@dataclass(slots=True)
class NameServer:
    """`texts` are the TXT records by name; `asked` all names that were asked for as TXT."""

    texts: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    mute: bool = False

    def reply(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        said = dns.message.make_response(query)
        said.flags |= dns.flags.AA
        name, kind = query.question[0].name, query.question[0].rdtype
        soa = f"ns.{ZONE} root.{ZONE} 1 3600 900 1209600 300"
        known = {
            (ZONE, "SOA"): soa,
            (ZONE, "NS"): f"ns.{ZONE}",
            (f"ns.{ZONE}", "A"): ADDRESS,
        }
        text = dns.rdatatype.to_text(kind)
        if text == "TXT":
            self.asked.append(name.to_text(omit_final_dot=True))
        data = known.get((name.to_text(), text)) or self._text(name.to_text(), text)
        if data:
            said.answer.append(dns.rrset.from_text(name, 60, "IN", kind, data))
        else:
            said.set_rcode(dns.rcode.NXDOMAIN)
            said.authority.append(dns.rrset.from_text(ZONE, 60, "IN", "SOA", soa))
        return said.to_wire()

    def _text(self, name: str, kind: str) -> str:
        text = self.texts.get(name.removesuffix("."), "") if kind == "TXT" else ""
        return " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))


@contextmanager
def name_server() -> Iterator[NameServer]:
    """Port 53 of an address of loopback, where name servers are asked; needs root."""
    server = NameServer()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        try:
            here.bind((ADDRESS, 53))
        except OSError as error:
            pytest.skip(f"port 53 of {ADDRESS} cannot be had: {error.strerror}")
        ended = threading.Event()
        here.settimeout(0.1)

        def serve() -> None:
            while not ended.is_set():
                try:
                    wire, place = here.recvfrom(4096)
                except TimeoutError:
                    continue
                if not server.mute:
                    here.sendto(server.reply(wire), place)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server
        finally:
            ended.set()
            thread.join()
