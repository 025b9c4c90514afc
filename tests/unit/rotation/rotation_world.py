"""A small spec, name servers that are two dictionaries, a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailctl.dns.records import records
from mailctl.errors import Unreachable
from mailctl.keys.vault import KeyVault, public_keys
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System
from mailctl.resolver.answer import Answer, Server, Status
from mailctl.rotation.desk import Desk, Told
from mailctl.rotation.effective import effective, rotations_of
from mailctl.rotation.record import Rotation
from mailctl.rotation.retire import retire
from mailctl.rotation.rotate import Wish, rotate
from mailctl.rotation.store import read
from mailctl.rotation.switched import note_switched
from mailctl.spec.load import load

DOMAIN = DomainName("example.org")
BEGIN = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NO_WISH = Wish()

SPEC = """\
mailctl: 1
hosts:
  mail: {fqdn: mail.example.org, addresses: [203.0.113.1], platform: debian-13}
  out:
    fqdn: out.example.org
    addresses: [203.0.113.2]
    platform: debian-13
    roles: [submission]
domains:
  example.org: {host: mail}
users:
  alice@example.org:
    password: {env: ALICE}
    aliases: [postmaster@example.org, abuse@example.org]
"""


@dataclass(slots=True)
class FakeView:
    """Two name servers that own every name; `silent` ones do not answer, `aliases` are CNAMEs
    that lead out of the zone."""

    zones: dict[str, dict[str, tuple[str, ...]]] = field(
        default_factory=lambda: {"ns1.example": {}, "ns2.example": {}}
    )
    silent: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ask(self, name: str, kind: str) -> tuple[Answer, ...]:
        self.asked.append(name)
        return tuple(self._answer(server, name, kind) for server in self.zones)

    def recursive(self, name: str, kind: str) -> Answer:
        raise AssertionError("the owners are asked, and nobody else")

    def _answer(self, server: str, name: str, kind: str) -> Answer:
        place = Server("192.0.2.1", name=server)
        if server in self.silent:
            return Answer(name, kind, Status.FAILED, place, reason=f"no answer from {server}")
        data = self.zones[server].get(name, ())
        if not data and name in self.aliases:
            return Answer(name, kind, Status.NODATA, place, aliases=(self.aliases[name],))
        return Answer(name, kind, Status.FOUND if data else Status.NXDOMAIN, place, data=data)


@dataclass(slots=True)
class World:
    """Everything that a step can meet, each part set by hand."""

    folder: Path
    view: FakeView = field(default_factory=FakeView)
    now: datetime = BEGIN
    live: dict[str, dict[DomainName, str]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)

    @property
    def system(self) -> System:
        """What the spec says."""
        return load(self.folder / "mail.yaml")

    @property
    def held(self) -> System:
        """What holds, with the rotation files."""
        return effective(self.system, rotations_of(self.system))

    @property
    def rotation(self) -> Rotation:
        found = read(self.folder, DOMAIN)
        assert found is not None
        return found

    @property
    def states(self) -> dict[str, str]:
        return {key.selector: key.state.value for key in self.rotation.keys}

    def desk(self) -> Desk:
        return Desk.of(self.system, self.view, lambda: self.now)

    def rotate(self, wish: Wish = NO_WISH) -> Told:
        return rotate(self.desk(), DOMAIN, wish)

    def retire(self) -> Told:
        return retire(self.desk(), DOMAIN, self.live_on)

    def live_on(self, host: str) -> Mapping[DomainName, str]:
        if host in self.away:
            raise Unreachable(host, "no SSH")
        return self.live.get(host, {})

    def make_first_key(self) -> None:
        """As the first `dns-records` does."""
        KeyVault(self.folder).public_key(DOMAIN, DkimSelector())

    def wanted(self) -> dict[str, str]:
        """The key records that are printed now, by name."""
        system = self.held
        found = records(system, public_keys(system, KeyVault(self.folder)))
        return {record.name: record.data for record in found if "_domainkey" in record.name}

    def publish(self, *servers: str) -> None:
        """What is printed goes to these servers, or to all of them."""
        for server in servers or tuple(self.view.zones):
            self.view.zones[server] = {name: (data,) for name, data in self.wanted().items()}

    def apply(self, *hosts: str, fresh: tuple[str, ...] = ()) -> None:
        """The hosts sign with what holds now, and are noted."""
        system = self.held
        for host in hosts or tuple(system.hosts):
            selector = system.domains[DOMAIN].policy.dkim[0].selector
            self.live[host] = {DOMAIN: selector}
            note_switched(system, host, lambda: self.now, fresh)


def build(folder: Path, spec: str = SPEC) -> World:
    """A spec whose first key is there and published, and applied."""
    (folder / "mail.yaml").write_text(spec)
    world = World(folder)
    world.make_first_key()
    world.publish()
    world.apply()
    return world


def course(world: World) -> Iterator[tuple[str, Callable[[], object]]]:
    """The steps of a whole rotation, each in a world in which it is due; the caller takes them."""
    yield "begin", world.rotate
    world.publish()
    yield "switch", world.rotate
    yield "note", world.apply
    world.now += 8 * DAY
    yield "revoke", world.retire
    world.publish()
    world.now += 8 * DAY
    yield "remove", world.retire
