"""A host that pins its keys, name servers that are dictionaries, a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailctl.dns.records import records
from mailctl.dns.tlsa import tlsa_name
from mailctl.keys.vault import KeyVault, public_keys
from mailctl.model.host import Host
from mailctl.model.system import System
from mailctl.model.tls_key import HostKeys, KeyStage
from mailctl.pinning.desk import Desk, Told
from mailctl.pinning.effective import effective, pinnings_of
from mailctl.pinning.pin import pin
from mailctl.pinning.record import Pinning
from mailctl.pinning.retire import retire
from mailctl.pinning.rotate import rotate
from mailctl.pinning.store import read
from mailctl.resolver.answer import Answer, Server, Status
from mailctl.spec.load import load

BEGIN = datetime(2026, 11, 1, 12, tzinfo=UTC)
FQDN = "mail.example.org"
NAME = tlsa_name(FQDN)
TTL = 300

SPEC = """\
mailctl: 1
hosts:
  mail:
    fqdn: mail.example.org
    addresses: [203.0.113.1]
    platform: debian-13
    tls: acme
    tlsa: automatic
domains:
  example.org: {}
users:
  alice@example.org:
    password: {env: ALICE}
    aliases: [postmaster@example.org, abuse@example.org]
"""


def digest(number: int) -> str:
    """What a key of the host has, in this world."""
    return f"{number:064x}"


@dataclass(slots=True)
class FakeView:
    """Two name servers that own every name; `silent` ones do not answer."""

    zones: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"ns1.example": (), "ns2.example": ()}
    )
    silent: set[str] = field(default_factory=set)
    ttl: int = TTL

    def ask(self, name: str, kind: str) -> tuple[Answer, ...]:
        assert (name, kind) == (NAME, "TLSA")
        return tuple(self._answer(server) for server in self.zones)

    def recursive(self, name: str, kind: str) -> Answer:
        raise AssertionError("the owners are asked, and nobody else")

    def lost(self, name: str) -> tuple[str, ...]:
        raise AssertionError(name)

    def _answer(self, server: str) -> Answer:
        place = Server("192.0.2.1", name=server)
        if server in self.silent:
            return Answer(NAME, "TLSA", Status.FAILED, place, reason=f"no answer from {server}")
        data = self.zones[server]
        status = Status.FOUND if data else Status.NXDOMAIN
        return Answer(NAME, "TLSA", status, place, data=data, ttl=self.ttl)


@dataclass(slots=True)
class World:
    """Everything that a step can meet, each part set by hand."""

    folder: Path
    view: FakeView = field(default_factory=FakeView)
    now: datetime = BEGIN
    keys: HostKeys = field(default_factory=lambda: HostKeys({}, {}))

    @property
    def system(self) -> System:
        """What the spec says."""
        return load(self.folder / "mail.yaml")

    @property
    def held(self) -> System:
        """What holds, with the file beside it."""
        return effective(self.system, pinnings_of(self.system))

    @property
    def host(self) -> Host:
        return self.held.hosts["mail"]

    @property
    def pinning(self) -> Pinning:
        found = read(self.folder, "mail")
        assert found is not None
        return found

    @property
    def stages(self) -> dict[int, str]:
        return {key.number: key.stage.value for key in self.pinning.keys}

    def desk(self) -> Desk:
        return Desk(self.system, self.view, lambda: self.now, lambda _: self.keys)

    def pin(self, *, lost: bool = False) -> Told:
        return pin(self.desk(), "mail", lost=lost)

    def rotate(self) -> Told:
        return rotate(self.desk(), "mail")

    def retire(self) -> Told:
        return retire(self.desk(), "mail")

    def wanted(self) -> tuple[str, ...]:
        """The records that are printed now."""
        found = records(self.held, public_keys(self.held, KeyVault(self.folder)))
        return tuple(record.data for record in found if record.type == "TLSA")

    def publish(self, *servers: str) -> None:
        """What is printed goes to these servers, or to all of them."""
        for server in servers or tuple(self.view.zones):
            self.view.zones[server] = self.wanted()

    def apply(self) -> None:
        """The host makes what is wanted, shows what it is to show, deletes what is gone."""
        lineages = {
            key.lineage(self.host.fqdn): digest(key.number)
            for key in self.host.tls_keys
            if key.stage is not KeyStage.REMOVED
        } or {FQDN: digest(1)}
        shown = self.host.shown_key
        served = {FQDN: digest(1) if shown is None else shown.digest}
        self.keys = HostKeys(served, lineages, frozenset({FQDN}))


def build(folder: Path, spec: str = SPEC) -> World:
    """A host that has been applied to, whose key nobody has pinned yet."""
    (folder / "mail.yaml").write_text(spec)
    world = World(folder)
    world.apply()
    return world


def course(world: World) -> Iterator[tuple[str, Callable[[], Told]]]:
    """The steps of a whole rollover, each in a world in which it is due; the caller takes them."""
    yield "pin", world.pin
    world.publish()
    yield "begin", world.rotate
    world.apply()
    yield "take note", world.rotate
    world.publish()
    yield "see it published", world.rotate
    world.now += timedelta(seconds=2 * world.pinning.ttl)
    yield "show", world.rotate
    world.apply()
    yield "retire", world.retire
    world.publish()
    world.apply()
