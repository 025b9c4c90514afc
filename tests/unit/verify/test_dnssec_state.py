"""Zones that are signed well, badly, or not at all; the signatures are real."""

from __future__ import annotations

import time
from dataclasses import dataclass

import dns.dnssec
import dns.flags
import dns.name
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from fake_server import Asked, Reply, answering
from fake_world import QUICK, FakeZone, World
from spec_and_world import APEX, checked, not_ok, records_of, system_of

from mailctl.resolver.view import ResolverView
from mailctl.verify.chain import Chain, chain
from mailctl.verify.observation import Weight
from mailctl.verify.report import Report

OWNER = dns.name.from_text(APEX)
DAY = 86400


@dataclass(frozen=True)
class Signed:
    """A key, what its parent would say, and its signature over itself."""

    private: ec.EllipticCurvePrivateKey
    key: DNSKEY
    ds: str
    signature: str


def _signed(lifetime: int = 30 * DAY, digest: str = "SHA256") -> Signed:
    private = ec.generate_private_key(ec.SECP256R1())
    key = dns.dnssec.make_dnskey(private.public_key(), "ECDSAP256SHA256", flags=257)
    keys = dns.rrset.from_rdata(OWNER, 3600, key)
    signature = dns.dnssec.sign(
        keys, private, OWNER, key,
        inception=time.time() - 60 * DAY, expiration=time.time() + lifetime,
    )  # fmt: skip
    ds = dns.dnssec.make_ds(OWNER, key, digest)
    return Signed(private, key, str(ds), str(signature))


SIGNED = _signed()
EXPIRED = _signed(lifetime=-DAY)
OTHER = _signed()


@pytest.mark.parametrize(
    ("ds", "keys", "signatures", "expected"),
    [
        ((), (), (), Chain.UNSIGNED),
        ((), (SIGNED.key,), (SIGNED.signature,), Chain.NOT_DELEGATED),
        ((SIGNED.ds,), (SIGNED.key,), (SIGNED.signature,), Chain.SECURE),
        ((OTHER.ds, SIGNED.ds), (SIGNED.key,), (SIGNED.signature,), Chain.SECURE),
        ((OTHER.ds,), (SIGNED.key,), (SIGNED.signature,), Chain.BOGUS_KEYS),
        ((SIGNED.ds,), (), (), Chain.BOGUS_KEYS),
        ((SIGNED.ds,), (SIGNED.key,), (), Chain.BOGUS_SIGNATURE),
        ((SIGNED.ds,), (SIGNED.key,), (OTHER.signature,), Chain.BOGUS_SIGNATURE),
        ((EXPIRED.ds,), (EXPIRED.key,), (EXPIRED.signature,), Chain.BOGUS_SIGNATURE),
        # the signature was made before the second key came
        ((SIGNED.ds,), (SIGNED.key, OTHER.key), (SIGNED.signature,), Chain.BOGUS_SIGNATURE),
        ((f"{SIGNED.ds.split()[0]} 8 2 {'ab' * 32}",), (SIGNED.key,), (), Chain.BOGUS_KEYS),
        ((f"{SIGNED.ds.split()[0]} 13 99 {'ab' * 32}",), (SIGNED.key,), (), Chain.UNSUPPORTED),
        # the DS decides, whatever keys stand there
        ((f"{SIGNED.ds.split()[0]} 200 2 {'ab' * 32}",), (SIGNED.key,), (), Chain.UNSUPPORTED),
        ((f"{SIGNED.ds.split()[0]} 1 2 {'ab' * 32}",), (), (), Chain.UNSUPPORTED),
        ((SIGNED.ds, "1 200 2 " + "ab" * 32), (SIGNED.key,), (SIGNED.signature,), Chain.SECURE),
        ((OTHER.ds,), ("257 3 1 AwEAAQ==",), (), Chain.BOGUS_KEYS),
    ],
)
def test_chains(
    ds: tuple[str, ...],
    keys: tuple[DNSKEY | str, ...],
    signatures: tuple[str, ...],
    expected: Chain,
) -> None:
    assert chain(APEX, ds, [str(key) for key in keys], signatures) is expected


def test_other_algorithms_and_digests() -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    key = dns.dnssec.make_dnskey(private.public_key(), "ED25519", flags=257)
    signature = dns.dnssec.sign(
        dns.rrset.from_rdata(OWNER, 3600, key), private, OWNER, key, lifetime=DAY
    )
    ds = dns.dnssec.make_ds(OWNER, key, "SHA384")
    assert chain(APEX, [str(ds)], [str(key)], [str(signature)]) is Chain.SECURE


def test_sha1_vouches_for_a_key_only_where_there_is_no_better_digest() -> None:
    key, signature = str(SIGNED.key), SIGNED.signature
    sha1 = str(dns.dnssec.make_ds(OWNER, SIGNED.key, "SHA1", validating=True))
    assert chain(APEX, [sha1], [key], [signature]) is Chain.SECURE
    assert chain(APEX, [sha1, OTHER.ds], [key], [signature]) is Chain.BOGUS_KEYS


def _world(world: World, ds: str, signed: Signed | None) -> Report:
    system = system_of()
    world.publish(records_of(system))
    if ds:
        world.zones[""].add(APEX, "DS", ds)
    if signed is not None:
        _sign(world.zones[APEX], signed)
    return checked(world, system)


def _sign(zone: FakeZone, signed: Signed) -> None:
    zone.records[APEX, "DNSKEY"] = dns.rrset.from_rdata(OWNER, 3600, signed.key)
    zone.records[APEX, "RRSIG DNSKEY"] = dns.rrset.from_text(
        OWNER, 3600, "IN", "RRSIG", signed.signature
    )


@pytest.mark.parametrize(
    ("ds", "signed", "rule", "weight", "code"),
    [
        ("", None, "unsigned", Weight.NOTE, 0),
        ("", SIGNED, "no-ds", Weight.WARNING, 0),
        (SIGNED.ds, SIGNED, "signed", Weight.NOTE, 0),
        (OTHER.ds, SIGNED, "bogus", Weight.ERROR, 2),
        (EXPIRED.ds, EXPIRED, "bogus", Weight.ERROR, 2),
        (SIGNED.ds, None, "bogus", Weight.ERROR, 2),
    ],
)
def test_the_state_of_a_zone(
    world: World, ds: str, signed: Signed | None, rule: str, weight: Weight, code: int
) -> None:
    report = _world(world, ds, signed)
    assert not_ok(report) == []
    (state,) = report.observations
    assert (state.rule, state.weight, state.name) == (rule, weight, APEX)
    assert report.exit_code == code


def test_a_resolver_that_validates_does_not_hide_what_is_bogus(world: World) -> None:
    """It says SERVFAIL for the whole zone; the check has to say why."""

    def validating(asked: Asked) -> list[Reply]:
        if asked.name.endswith(APEX) and not asked.message.flags & dns.flags.CD:
            return [answering(asked, code=2)]
        return world.resolve(asked)

    world.resolver.behaviour = validating
    report = _world(world, OTHER.ds, SIGNED)
    assert [each.rule for each in report.observations] == ["bogus"]
    assert not_ok(report) == []


def test_a_state_that_could_not_be_asked(world: World) -> None:
    def behaviour(asked: Asked) -> list[Reply]:
        return [answering(asked, code=2)] if asked.kind == "DS" else world.resolve(asked)

    world.resolver.behaviour = behaviour
    report = _world(world, "", SIGNED)
    (state,) = report.observations
    assert (state.rule, state.weight) == ("dnssec-unknown", Weight.UNKNOWN)
    assert report.exit_code == 3


def test_one_of_two_servers_with_an_old_signature_is_bogus(world: World) -> None:
    world.zone(APEX, servers=2)
    fresh = FakeZone(APEX)
    _sign(fresh, EXPIRED)
    answer = world.servers[APEX][1].behaviour

    def stale(asked: Asked) -> list[Reply]:
        if asked.kind == "DNSKEY":
            return [answering(asked, *fresh.records.values())]
        return [*answer(asked)]

    world.servers[APEX][1].behaviour = stale
    report = _world(world, SIGNED.ds, SIGNED)
    assert [each.rule for each in report.observations] == ["bogus"]


def test_a_server_of_the_zone_alone_knows_of_no_ds(world: World) -> None:
    system = system_of()
    world.publish(records_of(system))
    _sign(world.zones[APEX], SIGNED)
    owner = ResolverView(world.servers[APEX][0].place, QUICK)
    report = checked(world, system, owner, zone=APEX)
    assert not_ok(report) == []
    (state,) = report.observations
    assert state.rule == "dnssec-unknown"
    assert state.message.endswith(f"only {APEX} itself could be asked for its DS")
