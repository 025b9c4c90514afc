"""A DKIM key replaced on real hosts, with BIND and real mail: at no step, and at no moment
between two of them, does a receiver get mail that it cannot verify.

Time passes by an injected clock; everything else is what the commands do.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailctl.bundle import Bundle
from mailctl.compile import compile_system
from mailctl.deploy.apply import Applied, bring
from mailctl.deploy.plan import Kind, Plan
from mailctl.deploy.rollback import roll_back
from mailctl.deploy.signing import live_selectors
from mailctl.dns.record import Record
from mailctl.dns.records import records as dns_records
from mailctl.errors import KeyNotPublished
from mailctl.keys.vault import KeyVault, public_keys
from mailctl.model.names import DomainName
from mailctl.model.system import System
from mailctl.proofs.dns_world import WorldDns, world_dns
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import Letter, header_values, letter
from mailctl.proofs.people import senders, stranger
from mailctl.proofs.signatures import verified_signature
from mailctl.proofs.submission import submit
from mailctl.publish.session import publish
from mailctl.rehearsal.run import Options, Rehearsal, rehearsal
from mailctl.rehearsal.vault import RehearsalVault
from mailctl.resolver.view import OwnersView, ResolverView
from mailctl.rotation.desk import Desk, Told
from mailctl.rotation.effective import effective, removed, rotations_of
from mailctl.rotation.permit import keys_of, refuse_unpublished
from mailctl.rotation.retire import retire
from mailctl.rotation.rotate import rotate
from mailctl.rotation.switched import note_switched
from mailctl.spec.load import load
from mailctl.verify.text import summary
from mailctl.verify.verdict import State

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(600)]

DOMAIN = DomainName("turn.example")
GRACE = timedelta(days=7)
SENDERS = {"old": f"ann@{DOMAIN}", "new": f"sid@{DOMAIN}"}
SPEC = """\
mailctl: 1
hosts:
  old: {fqdn: mx1.turn.example, addresses: [203.0.113.71], platform: debian-12, limits: &many
    {submitted_messages: 100000, submitted_recipients: 100000, authentications: 100000}}
  new: {fqdn: mx2.turn.example, addresses: [203.0.113.72], platform: debian-13, limits: *many}
policies:
  default: {dmarc: {policy: reject}}
domains:
  turn.example: {host: old, mx: [old, new]}
  side.example: {host: new}
users:
  ann@turn.example:
    password: {env: ANN}
    aliases: [postmaster@turn.example, abuse@turn.example]
  sid@side.example:
    password: {env: SID}
    aliases: [postmaster@side.example, abuse@side.example, sid@turn.example]
"""
"""The domain that is turned has a sender on each host, so that both of them sign for it."""


@dataclass(slots=True)
class Scene:
    """The hosts, the spec beside its keys, and a clock that is set by hand."""

    up: Rehearsal
    spec: Path
    vault: RehearsalVault
    now: datetime = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    @property
    def system(self) -> System:
        """What the spec and its files say now, with the hosts where the rehearsal has them."""
        return effective(self.up.stage.system, rotations_of(load(self.spec)))

    @property
    def world(self) -> WorldDns:
        return world_dns(self.ground)

    @property
    def ground(self) -> Ground:
        return replace(self.up.ground, system=self.system, records=self.records)

    @property
    def view(self) -> OwnersView:
        """A new one each time, for a view remembers what it has seen."""
        return OwnersView(ResolverView(world_dns(self.up.ground).server))

    @property
    def desk(self) -> Desk:
        return Desk.of(load(self.spec), self.view, lambda: self.now)

    @property
    def records(self) -> tuple[Record, ...]:
        system = self.system
        return dns_records(system, public_keys(system, KeyVault(system.folder)))

    def bundle(self) -> Bundle:
        return compile_system(self.system, self.vault, self.records)

    def push(self) -> int:
        """How many records were changed."""
        leftovers = removed(self.system, rotations_of(load(self.spec)))
        world = self.world
        session = publish(world.server, world.key, self.system, self.records, leftovers)
        assert session.faults == ()
        return session.changes

    def apply(self, *names: str) -> list[Applied]:
        """As `mailctl apply --host` does it, with its look at DNS before and its note after."""
        return [self._apply(bundle.host) for bundle in self.bundle().hosts if bundle.host in names]

    def _apply(self, name: str) -> Applied:
        system = self.system
        bundle = next(one for one in self.bundle().hosts if one.host == name)
        fresh: list[str] = []

        def permit(plan: Plan) -> None:
            fresh.extend(plan.subjects(Kind.FILE, "add"))
            changed = {change.subject for change in plan.changes if change.kind is Kind.FILE}
            keys = keys_of(system, system.hosts[name], public_keys(system, KeyVault(system.folder)))
            assert refuse_unpublished(name, keys, self.view, changed) == ()

        with self.up.remote(name) as remote:
            applied = bring(remote, bundle, permit=permit)
        note_switched(system, name, lambda: self.now, fresh)
        return applied

    def live(self, name: str) -> Mapping[DomainName, str]:
        with self.up.remote(name) as remote:
            return live_selectors(remote)

    def rotate(self) -> Told:
        return rotate(self.desk, DOMAIN)

    def retire(self) -> Told:
        return retire(self.desk, DOMAIN, self.live)

    def signed(self) -> dict[str, str]:
        """By host the selector that mail from the domain is signed with, as dkimpy verifies it
        and the foreign host does."""
        ground = self.ground
        letters = {name: send(ground, name, "step") for name in SENDERS}
        found = {}
        for name, one in letters.items():
            raw = ground.outside.wait_for(one.token, stranger(ground)).raw
            signature = verified_signature(ground, raw)
            assert signature.domain == DOMAIN
            assert passed(raw), header_values(raw, "Authentication-Results")
            found[name] = signature.selector
        return found


def send(ground: Ground, name: str, why: str) -> Letter:
    """A letter to the world outside from the domain that is turned, by a user of this host."""
    host, recipient = ground.system.hosts[name], stranger(ground)
    one = letter(why, SENDERS[name], recipient)
    submit(ground, host, senders(ground.system, host)[0], one, (recipient,), SENDERS[name])
    return one


def passed(raw: bytes) -> bool:
    """Whether the foreign host found the signature valid when the mail came."""
    said = " ".join(header_values(raw, "Authentication-Results"))
    return set(re.findall(r"\bdkim=(\w+)", said)) == {"pass"}


@dataclass(slots=True)
class Stream:
    """Mail that goes out all the time, from a user of each host in the domain that is turned."""

    ground: Ground
    sent: list[Letter] = field(default_factory=list)
    put_off: int = 0
    """How often a client was told to try again (RFC 5321, 4.2.1)."""
    faults: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.ended.wait(0.3):
            for name in SENDERS:
                try:
                    self.sent.append(send(self.ground, name, "stream"))
                except Exception as error:  # noqa: BLE001 - told by the test's own thread
                    if " `451 " in str(error):
                        self.put_off += 1
                    else:
                        self.faults.append(f"{name}: {error}")


@contextmanager
def streaming(scene: Scene) -> Iterator[Stream]:
    """Threads that are started here stand in the same network."""
    stream = Stream(scene.ground)
    thread = threading.Thread(target=stream.run)
    thread.start()
    try:
        yield stream
    finally:
        stream.ended.set()
        thread.join()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("turn")
    spec = folder / "mail.yaml"
    spec.write_text(SPEC)
    system = load(spec)
    public_keys(system, KeyVault(system.folder))  # as the first `dns-records` makes them
    with rehearsal(system, Options()) as up:
        vault = RehearsalVault(folder / "unused", folder, up.stage.passwords)
        begun = Scene(up, spec, vault)
        # passwords are hashed anew by another vault; from here on it is always the same one
        begun.apply("old", "new")
        yield begun


def test_a_key_is_replaced_and_no_mail_is_unverifiable(scene: Scene) -> None:
    with streaming(scene) as stream:
        _course(scene, stream)
        time.sleep(1)
    assert stream.faults == []
    assert stream.put_off == 0
    recipient = stranger(scene.ground)
    for one in stream.sent:
        received = scene.ground.outside.wait_for(one.token, recipient)
        assert passed(received.raw), header_values(received.raw, "Authentication-Results")
    assert len(stream.sent) > 40
    print(f"{len(stream.sent)} letters were sent meanwhile, all of them verified where they came")


def _course(scene: Scene, stream: Stream) -> None:
    """All states, and at each of them what must not be possible yet."""
    assert scene.signed() == {"old": "s1", "new": "s1"}
    assert scene.push() == 0
    _published(scene)
    _signing(scene)
    _retiring(scene, stream)
    _revoked(scene)
    _removed(scene)


def _dns_is_as_the_spec_says(scene: Scene) -> None:
    report = scene.world.check()
    assert (report.exit_code, report.states().keys()) == (0, {State.OK}), summary(report)


def _published(scene: Scene) -> None:
    """Made, printed, and not yet in DNS."""
    assert scene.rotate().moved
    assert scene.signed() == {"old": "s1", "new": "s1"}
    early = scene.rotate()
    assert early.refused and "has no such name" in str(early)
    assert not any(one.changed for one in scene.apply("old", "new"))
    assert scene.push() == 1
    _dns_is_as_the_spec_says(scene)
    assert scene.signed() == {"old": "s1", "new": "s1"}


def _signing(scene: Scene) -> None:
    """Seen by all servers: the next apply signs with it."""
    assert scene.rotate().moved
    assert scene.signed() == {"old": "s1", "new": "s1"}
    scene.world.edit(DOMAIN, (f"s2._domainkey.{DOMAIN}", "replace", "v=DKIM1; p="))
    with pytest.raises(KeyNotPublished, match=r"s2\._domainkey\.turn\.example"):
        scene.apply("old")
    assert scene.live("old")[DOMAIN] == "s1"
    assert scene.push() == 1
    assert scene.apply("old")[0].changed
    assert scene.signed() == {"old": "s2", "new": "s1"}
    waits = scene.retire()
    assert waits.refused and "new" in str(waits)
    scene.now += timedelta(hours=3)
    assert scene.apply("new")[0].changed
    assert scene.signed() == {"old": "s2", "new": "s2"}
    assert scene.push() == 0


def _retiring(scene: Scene, stream: Stream) -> None:
    """Both are in DNS until the grace time is over."""
    scene.now += GRACE - timedelta(minutes=1)
    waits = scene.retire()
    assert waits.refused and "2026-01-12 15:00 UTC" in str(waits)
    scene.now += timedelta(minutes=2)
    assert stream.put_off == 0
    _rolled_back_host_is_seen(scene)
    # a former generation lacks the newer key: clients are told to come again, until OpenDKIM
    # has reloaded
    stream.put_off = 0


def _revoked(scene: Scene) -> None:
    """An empty p= where the key was; the hosts need it no more."""
    assert scene.retire().moved
    early = scene.retire()
    assert early.refused
    assert scene.push() == 1
    _dns_is_as_the_spec_says(scene)
    assert scene.signed() == {"old": "s2", "new": "s2"}
    assert all(one.changed for one in scene.apply("old", "new"))
    assert not any(one.changed for one in scene.apply("old", "new"))
    assert scene.signed() == {"old": "s2", "new": "s2"}
    scene.now += GRACE + timedelta(minutes=1)


def _removed(scene: Scene) -> None:
    """Nothing of it is left."""
    assert scene.retire().moved
    assert scene.push() == 1
    assert scene.push() == 0
    _dns_is_as_the_spec_says(scene)
    assert scene.signed() == {"old": "s2", "new": "s2"}
    assert "there is no former key" in str(scene.retire())


def _rolled_back_host_is_seen(scene: Scene) -> None:
    """Somebody has brought a host back to the old key: it is not revoked under her feet, and
    the grace time begins anew when the host has left it again."""
    with scene.up.remote("old") as remote:
        roll_back(remote)
    assert scene.signed() == {"old": "s1", "new": "s2"}
    refused = scene.retire()
    assert refused.refused and "old" in str(refused)
    assert scene.apply("old")[0].changed
    assert scene.signed() == {"old": "s2", "new": "s2"}
    assert scene.retire().refused
    scene.now += GRACE + timedelta(minutes=1)
