"""A small DNS: zones on name servers of their own, and a resolver that knows them all.

Each name server has an address in 127.0.0.0/8 and all have one port, as real ones have 53.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
from fake_server import Asked, Behaviour, FakeServer, Reply

from mailctl.dns.formats.strings import quoted
from mailctl.dns.record import Record
from mailctl.resolver.ask import Patience
from mailctl.resolver.view import OwnersView, ResolverView

QUICK = Patience(waits=(0.1, 0.15, 0.2), pause=0.005)
SOA = "ns1.{zone}. hostmaster.{zone}. 1 3600 900 1209600 300"
RESOLVER = "127.0.0.1"


@dataclass
class FakeZone:
    """`records` hold absolute names; SOA and NS are there already."""

    name: str
    records: dict[tuple[str, str], dns.rrset.RRset] = field(default_factory=dict)

    def add(self, name: str, kind: str, *data: str, ttl: int = 3600) -> None:
        texts = [quoted(text) if kind == "TXT" else text for text in data]
        found = dns.rrset.from_text(f"{name}.", ttl, "IN", kind, *texts)
        old = self.records.get((name, kind))
        if old is not None:
            found.union_update(old)
        self.records[name, kind] = found

    def put(self, name: str, kind: str, *data: str, ttl: int = 3600) -> None:
        """In place of what is there; nothing when there is no data."""
        self.records.pop((name, kind), None)
        if data:
            self.add(name, kind, *data, ttl=ttl)

    def holds(self, name: str) -> bool:
        return self.name == "" or name == self.name or name.endswith(f".{self.name}")

    def exists(self, name: str) -> bool:
        return any(owner == name or owner.endswith(f".{name}") for owner, _ in self.records)

    def cut(self, name: str, kind: str) -> dns.rrset.RRset | None:
        """The delegation on the way to a name; DS are the parent's (RFC 4035, 2.4)."""
        labels = name.split(".")
        for start in range(len(labels)):
            owner = ".".join(labels[start:])
            at_ds = owner == name and kind == "DS"
            if owner != self.name and (owner, "NS") in self.records and not at_ds:
                return self.records[owner, "NS"]
        return None


class World:
    """Zones and their servers; `view` is how the world looks to us."""

    def __init__(self, start: Callable[..., FakeServer]) -> None:
        self._start = start
        self.zones: dict[str, FakeZone] = {"": FakeZone("")}
        self.zones[""].add("", "SOA", "a.root. b.root. 1 2 3 4 5")
        self.servers: dict[str, list[FakeServer]] = {}
        self.resolver = start(self.resolve, address=RESOLVER)
        self.port = self.resolver.place.port
        self._next = 2
        self.servers[""] = []
        self.zones[""].add("", "NS", "a.root.")
        self.zones[""].add("a.root", "A", self._serve("", self.zones[""]))

    def view(self, patience: Patience = QUICK) -> OwnersView:
        return OwnersView(self.resolver_view(patience), patience, self.port)

    def resolver_view(self, patience: Patience = QUICK) -> ResolverView:
        return ResolverView(self.resolver.place, patience)

    def zone(self, name: str, servers: int = 1) -> FakeZone:
        """A delegated zone on so many servers, ns1 and so on."""
        zone = self.zones[name] = FakeZone(name)
        zone.add(name, "SOA", SOA.format(zone=name))
        self.servers[name] = []
        for number in range(1, servers + 1):
            server = f"ns{number}.{name}"
            zone.add(name, "NS", f"{server}.")
            zone.add(server, "A", self._serve(name, zone))
        return zone

    def _serve(self, name: str, zone: FakeZone) -> str:
        address = f"127.0.{self._next // 250}.{self._next % 250 + 1}"
        self._next += 1
        self.servers[name].append(self._start(served([zone]), address=address, port=self.port))
        return address

    def publish(self, records: Iterable[Record]) -> None:
        """All records, in the zones that they name; those zones begin with one server each."""
        for record in records:
            if record.zone not in self.zones:
                self.zone(record.zone)
            self.zones[record.zone].add(record.name, record.type, record.data, ttl=record.ttl)

    def resolve(self, asked: Asked) -> list[Reply]:
        """As a resolver: across zones, with RA, and nothing of its own."""
        reply = _looked_up(list(self.zones.values()), asked, across=True)
        reply.flags |= dns.flags.RA
        reply.flags &= ~dns.flags.AA
        return [reply]


def served(zones: list[FakeZone]) -> Behaviour:
    """As the owner of these zones and of nothing else."""
    return lambda asked: [_looked_up(zones, asked, across=False)]


def _looked_up(zones: list[FakeZone], asked: Asked, across: bool) -> dns.message.Message:
    reply = dns.message.make_response(asked.message)
    name, seen = "" if asked.name == "." else asked.name, 0
    while True:
        zone = _zone_of(zones, name, asked.kind)
        if zone is None:
            if not reply.answer:
                reply.set_rcode(dns.rcode.REFUSED)
            return reply
        reply.flags |= dns.flags.AA
        delegation = None if across else zone.cut(name, asked.kind)
        if delegation is not None:
            reply.flags &= ~dns.flags.AA
            reply.authority.append(delegation)
            return reply
        found = zone.records.get((name, asked.kind))
        alias = zone.records.get((name, "CNAME"))
        if found is not None:
            reply.answer.append(found)
            signatures = zone.records.get((name, f"RRSIG {asked.kind}"))
            if signatures is not None and asked.message.ednsflags & dns.flags.DO:
                reply.answer.append(signatures)
            return reply
        if alias is None or seen > 12:
            return _denied(reply, zone, name)
        reply.answer.append(alias)
        name, seen = alias[0].target.to_text(omit_final_dot=True), seen + 1


def _zone_of(zones: list[FakeZone], name: str, kind: str) -> FakeZone | None:
    """The closest; DS are the parent's where it is there (RFC 4035, 3.1.4.1)."""
    holding = sorted((zone for zone in zones if zone.holds(name)), key=lambda zone: len(zone.name))
    if kind == "DS" and len(holding) > 1 and holding[-1].name == name:
        return holding[-2]
    return holding[-1] if holding else None


def _denied(reply: dns.message.Message, zone: FakeZone, name: str) -> dns.message.Message:
    reply.authority.append(zone.records[zone.name, "SOA"])
    if not zone.exists(name):
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply


def reverse(address: str) -> str:
    return ip_address(address).reverse_pointer
