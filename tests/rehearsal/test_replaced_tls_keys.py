"""A key of TLS replaced on real hosts of both releases, under mail from senders that insist on
DANE and on MTA-STS: at no step, and at no moment between two of them, is any of it put off.

Time passes by an injected clock, and in the senders' resolver; everything else is what the
commands do.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.query
import dns.tsig
import dns.update
import pytest
from strict_senders import StrictSenders, begin, sign_zones

from mailctl.bundle import Bundle, HostBundle
from mailctl.compile import compile_system
from mailctl.deploy.apply import bring
from mailctl.deploy.plan import Kind, Plan
from mailctl.deploy.tls_keys import host_keys
from mailctl.dns.record import Record
from mailctl.dns.records import records as dns_records
from mailctl.dns.tlsa import tlsa_data, tlsa_name
from mailctl.errors import KeyNotPublished
from mailctl.keys.vault import KeyVault, public_keys
from mailctl.model.host import Host
from mailctl.model.system import System
from mailctl.model.tls_key import HostKeys
from mailctl.pinning.desk import Desk, Told
from mailctl.pinning.effective import effective, pinnings_of
from mailctl.pinning.permit import refuse_unpinned
from mailctl.pinning.pin import pin
from mailctl.pinning.retire import retire
from mailctl.pinning.rotate import rotate
from mailctl.pinning.store import read
from mailctl.proofs import certificate_authority
from mailctl.proofs.dns_world import WorldDns, world_dns
from mailctl.proofs.letters import letter
from mailctl.publish.session import publish
from mailctl.rehearsal.parallel import on_all
from mailctl.rehearsal.run import Options, Rehearsal, rehearsal
from mailctl.rehearsal.vault import RehearsalVault
from mailctl.resolver.view import OwnersView, ResolverView
from mailctl.spec.load import load
from mailctl.verify.text import summary
from mailctl.verify.verdict import State

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(600)]

_PATIENCE = 90.0
USERS = {"old": "ann@old.example", "new": "sid@new.example"}
SPEC = """\
mailctl: 1
hosts:
  old: {fqdn: mx.old.example, addresses: [203.0.113.81], platform: debian-12, tls: acme,
    tlsa: automatic, roles: [mx, submission, store, web], limits: &many {connections: 100000}}
  new: {fqdn: mx.new.example, addresses: [203.0.113.82], platform: debian-13, tls: acme,
    tlsa: automatic, roles: [mx, submission, store, web], limits: *many}
policies:
  default: {mta_sts: {mode: enforce}, ignore: [tlsa-unpinned]}
domains:
  old.example: {host: old}
  new.example: {host: new}
users:
  ann@old.example:
    password: {env: ANN}
    aliases: [postmaster@old.example, abuse@old.example]
  sid@new.example:
    password: {env: SID}
    aliases: [postmaster@new.example, abuse@new.example]
"""


@dataclass(slots=True)
class Scene:
    """The hosts, the spec beside its keys, and a clock that is set by hand."""

    up: Rehearsal
    spec: Path
    vault: RehearsalVault
    senders: StrictSenders
    now: datetime = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    @property
    def system(self) -> System:
        """What the spec and its files say now, with the hosts where the rehearsal has them."""
        return effective(self.up.stage.system, pinnings_of(load(self.spec)))

    @property
    def hosts(self) -> tuple[Host, ...]:
        return tuple(self.system.hosts.values())

    @property
    def world(self) -> WorldDns:
        return world_dns(replace(self.up.ground, system=self.system, records=self.records))

    @property
    def view(self) -> OwnersView:
        """A new one each time, for a view remembers what it has seen."""
        return OwnersView(ResolverView(world_dns(self.up.ground).server))

    @property
    def desk(self) -> Desk:
        return Desk(load(self.spec), self.view, lambda: self.now, self.ask)

    @property
    def records(self) -> tuple[Record, ...]:
        system = self.system
        return dns_records(system, public_keys(system, KeyVault(system.folder)))

    def ask(self, name: str) -> HostKeys:
        with self.up.remote(name) as remote:
            return host_keys(remote)

    def bundle(self) -> Bundle:
        return compile_system(self.system, self.vault, self.records)

    def push(self) -> int:
        """How many records were changed."""
        world = self.world
        session = publish(world.server, world.key, self.system, self.records)
        assert session.faults == ()
        return session.changes

    def apply(self) -> None:
        """As `mailctl apply` does it, with its look at DNS before."""
        on_all(self._apply, self.bundle().hosts)

    def _apply(self, bundle: HostBundle) -> None:
        name = bundle.host

        def permit(plan: Plan) -> None:
            changed = {
                change.subject.removeprefix("/var/lib/mailctl/current/")
                for change in plan.changes
                if change.kind is Kind.FILE
            }
            assert refuse_unpinned(self.system.hosts[name], self.view, changed) == ()

        with self.up.remote(name) as remote:
            bring(remote, bundle, permit=permit)

    def rotate(self) -> list[Told]:
        return [rotate(self.desk, host.name) for host in self.hosts]

    def settled(self, number: int) -> None:
        """Until each host shows the key of that number on every port, and says so."""
        for host in self.hosts:
            pinning = read(self.system.folder, host.name)
            assert pinning is not None
            (digest,) = (key.digest for key in pinning.keys if key.number == number)
            end = time.monotonic() + _PATIENCE
            while (there := self.ask(host.name)).served.get(host.fqdn) != digest or (
                host.fqdn not in there.proved
            ):
                assert time.monotonic() < end, (host.name, number, there)
                time.sleep(0.3)

    def made(self, lineage: str) -> None:
        """Until each host has a certificate for its next key."""
        for host in self.hosts:
            end = time.monotonic() + _PATIENCE
            while f"{host.fqdn}{lineage}" not in self.ask(host.name).lineages:
                assert time.monotonic() < end, host.name
                time.sleep(0.3)


@dataclass(slots=True)
class Stream:
    """Mail that comes in all the time: to a user of each host, from each sender."""

    scene: Scene
    sent: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.ended.wait(0.3):
            for sender in self.scene.senders.senders.values():
                for recipient in USERS.values():
                    self.scene.up.world.send(
                        letter("stream", sender, recipient).message, sender, recipient
                    )
            self.sent += 1


def _send(scene: Scene, sender: str, recipient: str) -> None:
    scene.up.world.send(letter("strict", sender, recipient).message, sender, recipient)


@contextmanager
def streaming(scene: Scene) -> Iterator[Stream]:
    """Threads that are started here stand in the same network."""
    stream = Stream(scene)
    thread = threading.Thread(target=stream.run)
    thread.start()
    try:
        yield stream
    finally:
        stream.ended.set()
        thread.join()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("pins")
    spec = folder / "mail.yaml"
    spec.write_text(SPEC)
    system = load(spec)
    public_keys(system, KeyVault(system.folder))  # as the first `dns-records` makes them
    with rehearsal(system, Options(when_up=sign_zones)) as up:
        report = up.prove((certificate_authority.PROOF,))
        assert report.holds, [line.verdict for line in report.lines]
        vault = RehearsalVault(folder / "unused", folder, up.stage.passwords)
        yield Scene(up, spec, vault, begin(up))


def test_keys_are_replaced_and_no_mail_is_put_off(scene: Scene) -> None:
    _pinned(scene)
    with streaming(scene) as stream:
        _next_made(scene)
        _next_published(scene)
        _next_shown(scene)
        _former_retired(scene)
        time.sleep(2)
    senders = scene.senders
    for way in senders.senders:
        for recipient in USERS.values():
            senders.await_outcome(way, recipient, "sent", stream.sent)
        for host in scene.hosts:
            assert senders.verified()[way, host.fqdn] > 0
    assert {status for _, _, status in senders.outcomes()} == {"sent"}, senders.put_off()
    assert stream.sent > 20
    print(f"{stream.sent * 4} letters came meanwhile, none of them was put off")


def _pinned(scene: Scene) -> None:
    assert all(pin(scene.desk, host.name).moved for host in scene.hosts)
    early = scene.rotate()
    assert all(told.refused and "has no such" in str(told) for told in early), early
    assert scene.push() == 2
    scene.apply()
    scene.settled(1)
    assert not any(pin(scene.desk, host.name).moved for host in scene.hosts)


def _next_made(scene: Scene) -> None:
    assert all(told.moved for told in scene.rotate())
    early = scene.rotate()
    assert all(told.refused and "no certificate for key 2 yet" in str(told) for told in early)
    scene.apply()
    scene.made("-key2")


def _next_published(scene: Scene) -> None:
    """A key that DNS does not have everywhere, or has not had for long enough, is not shown."""
    assert all(told.moved for told in scene.rotate())
    early = scene.rotate()
    assert all(told.refused and "cannot be shown yet" in str(told) for told in early)
    assert scene.push() == 2
    _dns_is_as_the_spec_says(scene)
    carried = scene.rotate()
    assert all(told.moved and "2026-01-05 14:00:00 UTC" in str(told) for told in carried), carried
    scene.now += timedelta(hours=2, seconds=-1)
    assert all(told.refused for told in scene.rotate())


def _next_shown(scene: Scene) -> None:
    scene.now += timedelta(seconds=2)
    assert all(told.moved for told in scene.rotate())
    early = [retire(scene.desk, host.name) for host in scene.hosts]
    assert all(told.refused and "not every port shows key 2" in str(told) for told in early)
    _refused_where_dns_lost_the_record(scene)
    scene.apply()
    scene.settled(2)


def _refused_where_dns_lost_the_record(scene: Scene) -> None:
    host = scene.hosts[0]
    former = next(key for key in host.tls_keys if key.number == 1)
    _publish_only(scene, host, former.digest)
    with pytest.raises(KeyNotPublished, match="its TLSA records do not name"):
        scene.apply()
    assert scene.push() == 1
    time.sleep(2)  # the senders' resolver remembers for a second what was lost


def _publish_only(scene: Scene, host: Host, digest: str) -> None:
    """By hand: one record instead of those that the spec asks for."""
    _update(scene, host, tlsa_name(host.fqdn), "TLSA", tlsa_data(digest))


def _update(scene: Scene, host: Host, name: str, kind: str, data: str) -> None:
    key = scene.world.key
    change = dns.update.UpdateMessage(
        host.fqdn.partition(".")[2], keyring=dns.tsig.Key(key.name, key.secret, key.algorithm)
    )
    change.replace(f"{name}.", 300, kind, data)
    assert dns.query.tcp(change, scene.up.world.address, timeout=10).rcode() == 0


def _former_retired(scene: Scene) -> None:
    assert all(retire(scene.desk, host.name).moved for host in scene.hosts)
    assert scene.push() == 2
    _dns_is_as_the_spec_says(scene)
    scene.apply()
    for host in scene.hosts:
        end = time.monotonic() + _PATIENCE
        while set(scene.ask(host.name).lineages) & {host.fqdn}:
            assert time.monotonic() < end, "the former key is still there"
            time.sleep(0.3)
    scene.settled(2)


def _dns_is_as_the_spec_says(scene: Scene) -> None:
    report = scene.world.check()
    assert (report.exit_code, report.states().keys()) == (0, {State.OK}), summary(report)


def test_a_host_shows_no_key_that_is_not_pinned(scene: Scene) -> None:
    """certbot by hand, with a new key: mail goes on, and the plan tells."""
    for host in scene.hosts:
        before = scene.ask(host.name).served[host.fqdn]
        lineage = f"{host.fqdn}-key2"
        run = scene.up.network.hosts[host.name].run
        _, said = run(
            "sh", "-c",
            f"sed -i /reuse_key/d /etc/letsencrypt/renewal/{lineage}.conf && "
            f"certbot renew --cert-name {lineage} --force-renewal --new-key "
            "--no-random-sleep-on-renew --quiet; "
            f"cat /var/lib/mailctl/tls/{host.fqdn}.status",
        )  # fmt: skip
        assert "another key" in said, said
        there = scene.ask(host.name)
        assert there.served[host.fqdn] == before
        assert there.lineages[lineage] != before


def test_senders_insist(scene: Scene) -> None:
    """What they were given all the time is what they ask for: with another key's record, or with
    an MX that the policy does not name, they put mail off."""
    old, new = scene.hosts
    _publish_only(scene, old, "0" * 64)
    _update(scene, new, "new.example", "MX", f"10 {old.fqdn}.")
    time.sleep(2)
    strict = scene.senders
    for way, host in (("dane", old), ("sts", new)):
        _send(scene, strict.senders[way], USERS[host.name])
        strict.await_outcome(way, USERS[host.name], "deferred")
    said = strict.journal()
    assert "no matching DANE TLSA records" in said
    assert "Server certificate not verified" in said or "not trusted" in said, said[-3000:]
