"""What a survey says of each record, against a world of fake name servers."""

from __future__ import annotations

import copy
from collections.abc import Callable

import dns.rcode
import pytest
from fake_server import Asked, Reply, answering
from fake_world import World, served
from spec_and_world import (
    ADDRESS,
    APEX,
    HOST,
    KEY,
    KEY_NAME,
    POINTER,
    checked,
    not_ok,
    observed,
    of,
    records_of,
    system_of,
)

from mailctl.model.names import DomainName
from mailctl.model.system import System
from mailctl.resolver.ask import PATIENT
from mailctl.verify.observation import Weight
from mailctl.verify.verdict import Said, State

SPF = "v=spf1 mx -all"


@pytest.fixture
def system() -> System:
    return system_of()


@pytest.fixture
def live(world: World, system: System) -> World:
    """All records live, on two servers."""
    world.zone(APEX, servers=2)
    world.publish(records_of(system))
    return world


def test_all_is_well(live: World, system: System) -> None:
    report = checked(live, system)
    assert not_ok(report) == []
    assert [each.rule for each in report.observations] == ["unsigned"]
    assert len(report.verdicts) == len(records_of(system))
    assert {each.ttl for each in report.verdicts} == {3600}
    assert report.exit_code == 0


def test_everything_is_asked_once_of_each_server(live: World, system: System) -> None:
    checked(live, system)
    for server in [live.resolver, *(one for many in live.servers.values() for one in many)]:
        asked = [(each.name, each.kind) for each in server.asked]
        assert len(asked) == len(set(asked))
    first, second = live.servers[APEX]
    assert {(each.name, each.kind) for each in first.asked} == {
        (each.name, each.kind) for each in second.asked
    }


def test_one_resolver_alone_is_asked(live: World, system: System) -> None:
    report = checked(live, system, live.resolver_view())
    assert not_ok(report) == []
    assert report.exit_code == 0
    assert live.servers[APEX][0].asked == []


def test_other_ways_to_write_the_same(live: World, system: System) -> None:
    zone = live.zones[APEX]
    zone.put(APEX, "MX", "10 MAIL.Example.Org.")
    zone.put(APEX, "TXT", "v=spf1 +mx -all")
    zone.put(KEY_NAME, "TXT", f"p={KEY.data[:100]} {KEY.data[100:]}; k=rsa")
    zone.put(f"_dmarc.{APEX}", "TXT", "v=DMARC1;p=quarantine;sp=quarantine;adkim=r;")
    assert not_ok(checked(live, system)) == []


def test_missing(live: World, system: System) -> None:
    live.zones[APEX].put(f"_dmarc.{APEX}", "TXT")
    live.zones[APEX].put(APEX, "MX")
    report = checked(live, system)
    assert not_ok(report) == [
        (State.MISSING, f"_dmarc.{APEX}", "TXT"),
        (State.MISSING, APEX, "MX"),
    ]
    assert report.exit_code == 2


def test_different_says_what_is_there(live: World, system: System) -> None:
    live.zones[APEX].put(APEX, "TXT", "v=spf1 -all", "other=1")
    report = checked(live, system)
    different, foreign = of(report, APEX, "TXT")
    assert (different.state, different.wanted) == (State.DIFFERENT, SPF)
    assert different.there == ("v=spf1 -all",)
    assert (foreign.state, foreign.there) == (State.FOREIGN, ("other=1",))
    assert report.exit_code == 2


def test_foreign_records_are_named_and_no_fault(live: World, system: System) -> None:
    live.zones[APEX].add(APEX, "TXT", "google-site-verification=x")
    report = checked(live, system)
    assert not_ok(report) == [(State.FOREIGN, APEX, "TXT")]
    assert report.exit_code == 0


def test_outdated_stands_beside_what_is_wanted(live: World, system: System) -> None:
    live.zones[APEX].add(APEX, "MX", "20 old.example.org.")
    report = checked(live, system)
    ok, outdated = of(report, APEX, "MX")
    assert (ok.state, outdated.state) == (State.OK, State.OUTDATED)
    assert outdated.there == ("20 old.example.org.",)
    assert report.exit_code == 2


def test_an_address_that_the_spec_does_not_know_is_obsolete(live: World, system: System) -> None:
    live.zones[APEX].add(HOST, "AAAA", "2001:db8::9")
    report = checked(live, system)
    assert not_ok(report) == [(State.OBSOLETE, HOST, "AAAA")]


def test_obsolete_records_are_told_and_no_fault(live: World, system: System) -> None:
    zone = live.zones[APEX]
    zone.add(f"_mta-sts.{APEX}", "TXT", "v=STSv1; id=1")
    zone.add(f"_smtp._tls.{APEX}", "TXT", "v=TLSRPTv1; rua=mailto:a@example.org")
    zone.add(f"_submission._tcp.{APEX}", "SRV", "0 1 587 mail.example.org.")
    zone.add(f"_25._tcp.{HOST}", "TLSA", "3 1 1 " + "ab" * 32)
    zone.add(f"old._domainkey.{APEX}", "TXT", "v=DKIM1; p=AAAA")
    zone.add(f"other._domainkey.{APEX}", "TXT", "v=DKIM1; p=AAAA")
    report = checked(live, system, retired=[(DomainName(APEX), "old")])
    assert not_ok(report) == [
        (State.OBSOLETE, f"_25._tcp.{HOST}", "TLSA"),
        (State.OBSOLETE, f"_mta-sts.{APEX}", "TXT"),
        (State.OBSOLETE, f"_smtp._tls.{APEX}", "TXT"),
        (State.OBSOLETE, f"_submission._tcp.{APEX}", "SRV"),
        (State.OBSOLETE, f"old._domainkey.{APEX}", "TXT"),
    ]
    assert report.exit_code == 0


def test_a_wildcards_text_at_such_a_place_is_not_obsolete(live: World, system: System) -> None:
    live.zones[APEX].add(f"_mta-sts.{APEX}", "TXT", "v=spf1 -all")
    assert not_ok(checked(live, system)) == []


@pytest.mark.parametrize(
    ("code", "said"), [(dns.rcode.SERVFAIL, "SERVFAIL"), (dns.rcode.REFUSED, "REFUSED")]
)
def test_what_nobody_answers_is_unknown_and_never_missing(
    live: World, system: System, code: dns.rcode.Rcode, said: str
) -> None:
    for server in live.servers[APEX]:
        server.behaviour = lambda asked: [answering(asked, code=code)]
    report = checked(live, system)
    mine = [each for each in report.verdicts if each.zone == APEX]
    assert {each.state for each in mine} == {State.UNKNOWN}
    assert all(f"ns1.{APEX} (127.0.0.4 port {live.port}) answers {said}" in each.reason
               for each in mine)  # fmt: skip
    assert "server" not in {each.rule for each in report.observations}
    assert report.exit_code == 3


def test_silence_is_unknown_and_does_not_take_forever(live: World, system: System) -> None:
    for server in live.servers[APEX]:
        server.behaviour = lambda _asked: []
    report = checked(live, system)
    assert State.MISSING not in {each.state for each in report.verdicts}
    assert "no answer from ns1.example.org" in of(report, APEX, "MX")[0].reason
    assert report.exit_code == 3


def test_a_server_that_is_dead_is_not_waited_for_again(live: World, system: System) -> None:
    for server in live.servers[APEX]:
        server.behaviour = lambda _asked: []
    view = live.view()
    for name in ("a", "b", "c", "d", "e"):
        assert all(answer.failed for answer in view.ask(f"{name}.{APEX}", "A"))
    assert len(live.servers[APEX][0].asked) == 9


def test_a_lost_packet_is_no_missing_record(live: World, system: System) -> None:
    for server in live.servers[APEX]:
        server.behaviour = _deaf_at_first(live)
    assert not_ok(checked(live, system)) == []


def _deaf_at_first(world: World) -> Callable[[Asked], list[Reply]]:
    seen: set[tuple[str, str]] = set()
    answer = served([world.zones[APEX]])

    def behaviour(asked: Asked) -> list[Reply]:
        key = (asked.name, asked.kind)
        if key in seen:
            return list(answer(asked))
        seen.add(key)
        return []

    return behaviour


def test_a_lame_server_is_no_authority(live: World, system: System) -> None:
    live.servers[APEX][1].behaviour = live.resolve
    report = checked(live, system)
    assert not_ok(report) == []
    (lame,) = observed(report)
    assert (lame.rule, lame.weight) == ("server", Weight.UNKNOWN)
    assert "is not authoritative for" in lame.message
    assert report.exit_code == 3


def test_two_servers_that_disagree_are_named(live: World, system: System) -> None:
    late = copy.deepcopy(live.zones[APEX])
    late.put(APEX, "MX", "10 old.example.org.")
    late.put(f"_dmarc.{APEX}", "TXT")
    live.servers[APEX][1].behaviour = served([late])
    report = checked(live, system)
    first = f"ns1.{APEX} (127.0.0.4 port {live.port})"
    second = f"ns2.{APEX} (127.0.0.5 port {live.port})"
    (mx,) = of(report, APEX, "MX")
    assert (mx.state, mx.there) == (State.DIFFERENT, ("10 old.example.org.",))
    assert mx.says == (
        Said(first, ("10 mail.example.org.",)),
        Said(second, ("10 old.example.org.",)),
    )
    (policy,) = of(report, f"_dmarc.{APEX}", "TXT")
    assert policy.state is State.MISSING
    assert policy.says == (Said(first, ("v=DMARC1; p=quarantine",)), Said(second))


def test_a_server_that_is_silent_beside_one_that_speaks(live: World, system: System) -> None:
    live.servers[APEX][0].behaviour = lambda _asked: []
    report = checked(live, system)
    assert not_ok(report) == []
    (silent,) = observed(report)
    assert silent.message.startswith(f"not all name servers of {APEX} can be asked: no answer")
    assert report.exit_code == 3


def test_a_zone_without_addresses_of_its_servers(world: World, system: System) -> None:
    world.publish(records_of(system))
    world.zones[APEX].put(f"ns1.{APEX}", "A")
    report = checked(world, system)
    (mx,) = of(report, APEX, "MX")
    assert mx.reason == f"the name server ns1.{APEX} has no address"
    assert report.exit_code == 3


def test_a_name_server_without_address_beside_others(live: World, system: System) -> None:
    live.zones[APEX].put(f"ns2.{APEX}", "A")
    (lost,) = observed(checked(live, system))
    assert (lost.rule, lost.weight) == ("server-address", Weight.WARNING)
    assert f"ns2.{APEX} has no address" in lost.message


def test_a_dead_resolver_leaves_everything_unknown(live: World, system: System) -> None:
    live.resolver.behaviour = lambda _asked: []
    report = checked(live, system)
    assert {each.state for each in report.verdicts} == {State.UNKNOWN}
    assert report.exit_code == 3


def test_a_zone_alone(live: World, system: System) -> None:
    report = checked(live, system, zone="113.0.203.in-addr.arpa")
    assert [(each.name, each.state) for each in report.verdicts] == [(POINTER, State.OK)]
    assert [each.rule for each in report.observations] == []


LABEL = "x" * 63
LONGEST = ".".join([LABEL, LABEL, "y" * 63, "z" * 61])


@pytest.mark.parametrize("domain", ["xn--mnchen-3ya.example", f"{LABEL}.example", LONGEST[65:]])
def test_unusual_domains(world: World, domain: str) -> None:
    system = system_of(domain, fqdn=f"mail.{domain}"[:253])
    world.publish(records_of(system))
    assert not_ok(checked(world, system)) == []


def test_many_domains_are_asked_for_once_each(world: World) -> None:
    system = system_of(*(f"d{number}.{APEX}" for number in range(60)), APEX)
    world.zone(APEX)
    for record in records_of(system):
        if not record.zone.endswith(".arpa"):
            world.zones[APEX].add(record.name, record.type, record.data)
    world.publish(record for record in records_of(system) if record.zone.endswith(".arpa"))
    report = checked(world, system, world.view(PATIENT))
    assert not_ok(report) == []
    asked = [(each.name, each.kind) for each in world.servers[APEX][0].asked]
    assert len(asked) == len(set(asked))
    assert ADDRESS in {each.wanted for each in report.verdicts}


def test_where_there_are_no_services_none_is_asked_for(live: World, system: System) -> None:
    checked(live, system)
    services = {each.name for each in live.servers[APEX][0].asked if each.kind == "SRV"}
    assert services == {f"_tcp.{APEX}"}


def test_a_name_that_would_be_too_long(world: World) -> None:
    domain = f"{LONGEST[64:]}.{'w' * 50}"
    system = system_of(domain, fqdn=HOST)
    world.publish(record for record in records_of(system) if len(record.name) <= 253)
    report = checked(world, system, zone=domain)
    assert len(f"s1._domainkey.{domain}") > 253
    (key,) = of(report, f"s1._domainkey.{domain}", "TXT")
    assert key.state is State.UNKNOWN
    assert "is longer than a name may be" in key.reason
    assert of(report, domain, "MX")[0].state is State.OK
