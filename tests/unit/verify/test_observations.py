"""What a survey observes around the records, against a world of fake name servers."""

from __future__ import annotations

import dns.flags
import dns.message
import pytest
from fake_server import Asked, Reply, answering, rrset
from fake_world import World
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

from mailctl.model.names import Address, DomainName
from mailctl.model.settings import Dmarc, MailPolicy
from mailctl.model.system import System
from mailctl.verify.observation import Observation, Weight
from mailctl.verify.verdict import State


@pytest.fixture
def system() -> System:
    return system_of()


@pytest.fixture
def live(world: World, system: System) -> World:
    world.publish(records_of(system))
    return world


def _only(observations: list[Observation]) -> tuple[str, Weight, str]:
    (one,) = observations
    return one.rule, one.weight, one.name


def test_a_domain_that_does_not_exist_is_said_once(world: World, system: System) -> None:
    world.publish(record for record in records_of(system) if record.zone != APEX)
    report = checked(world, system)
    assert _only(observed(report, "ptr-unconfirmed")) == ("no-such-domain", Weight.ERROR, APEX)
    mine = [each for each in report.verdicts if each.zone == APEX]
    assert {each.state for each in mine} == {State.MISSING}
    assert all(each.wanted for each in mine)
    assert report.exit_code == 2
    asked = [*world.resolver.asked, *world.servers[""][0].asked]
    assert f"_dmarc.{APEX}" not in {each.name for each in asked}


def test_what_lacks_in_a_domain_of_the_spec_is_only_missing(world: World) -> None:
    system = system_of(APEX, f"sub.{APEX}")
    world.publish(record for record in records_of(system) if record.zone != f"sub.{APEX}")
    report = checked(world, system)
    assert [each.rule for each in observed(report)] == ["other-zone"]
    assert (State.MISSING, f"sub.{APEX}", "MX") in not_ok(report)


def test_a_domain_without_a_zone_of_its_own(world: World) -> None:
    system = system_of(f"sub.{APEX}")
    world.zone(APEX)
    for record in records_of(system):
        if record.zone.endswith(APEX):
            world.zones[APEX].add(record.name, record.type, record.data)
    world.publish(record for record in records_of(system) if not record.zone.endswith(APEX))
    report = checked(world, system)
    assert not_ok(report) == []
    assert _only(observed(report))[:2] == ("other-zone", Weight.NOTE)
    assert report.exit_code == 0


def test_a_delegated_name_is_asked_for_where_it_is(live: World, system: System) -> None:
    below = live.zone(f"_domainkey.{APEX}")
    (key,) = [record for record in records_of(system) if record.name == KEY_NAME]
    below.add(KEY_NAME, "TXT", key.data)
    live.zones[APEX].put(KEY_NAME, "TXT")
    live.zones[APEX].add(f"_domainkey.{APEX}", "NS", f"ns1._domainkey.{APEX}.")
    report = checked(live, system)
    assert not_ok(report) == []
    assert _only(observed(report)) == ("other-zone", Weight.NOTE, KEY_NAME)
    assert f"is in the zone _domainkey.{APEX}" in observed(report)[0].message


def test_an_alias_that_leads_to_the_key_does_its_work(live: World, system: System) -> None:
    provider = live.zone("provider.example")
    provider.add("k.provider.example", "TXT", f"v=DKIM1; p={KEY.data}")
    live.zones[APEX].put(KEY_NAME, "TXT")
    live.zones[APEX].add(KEY_NAME, "CNAME", "k.provider.example.")
    report = checked(live, system)
    assert not_ok(report) == []
    assert _only(observed(report)) == ("alias", Weight.WARNING, KEY_NAME)
    assert report.exit_code == 0


def test_an_alias_where_no_record_can_be(live: World, system: System) -> None:
    zone = live.zones[APEX]
    zone.put(HOST, "A")
    zone.put(HOST, "TXT")
    zone.add(HOST, "CNAME", "nowhere.example.")
    report = checked(live, system)
    (verdict,) = of(report, HOST, "A")
    assert (verdict.state, verdict.alias) == (State.DIFFERENT, "nowhere.example")
    found = {each.rule: each for each in observed(report)}
    assert found["alias"].weight is Weight.ERROR
    assert found["alias"].reference == "RFC 1034, 3.6.2"
    assert found["mx-alias"].weight is Weight.ERROR
    assert report.exit_code == 2


def test_aliases_in_a_circle(live: World, system: System) -> None:
    zone = live.zones[APEX]
    zone.put(KEY_NAME, "TXT")
    zone.add(KEY_NAME, "CNAME", f"k2.{APEX}.")
    zone.add(f"k2.{APEX}", "CNAME", f"{KEY_NAME}.")
    report = checked(live, system)
    (verdict,) = of(report, KEY_NAME, "TXT")
    assert verdict.state is State.UNKNOWN
    assert "never end" in verdict.reason
    assert ("alias", Weight.ERROR) in [(each.rule, each.weight) for each in observed(report)]


def test_two_spf_records(live: World, system: System) -> None:
    live.zones[APEX].add(APEX, "TXT", "v=spf1 include:x.example -all")
    report = checked(live, system)
    assert _only(observed(report)) == ("more-than-one", Weight.ERROR, APEX)
    assert "2 SPF records" in observed(report)[0].message
    assert State.OUTDATED in {each.state for each in of(report, APEX, "TXT")}


def test_of_two_keys_verifiers_take_either(live: World, system: System) -> None:
    live.zones[APEX].add(KEY_NAME, "TXT", "v=DKIM1; p=")
    (twice,) = observed(checked(live, system))
    assert (twice.rule, twice.reference) == ("more-than-one", "RFC 6376, 3.6.2.2")
    assert twice.message.endswith("has 2 DKIM records: verifiers take any of them, or none")


def test_an_mx_that_is_an_alias_is_said_once_for_all_domains(world: World) -> None:
    system = system_of(*(f"d{number}.example" for number in range(5)), fqdn="mail.d0.example")
    world.publish(records_of(system))
    for number in range(5):
        world.zones[f"d{number}.example"].put(f"d{number}.example", "MX", "5 mx.other.example.")
    other = world.zone("other.example")
    other.add("mx.other.example", "CNAME", "real.other.example.")
    other.add("real.other.example", "A", "203.0.113.9")
    report = checked(world, system)
    assert _only(observed(report)) == ("mx-alias", Weight.ERROR, "mx.other.example")
    assert "MX of d0.example, d1.example, d2.example and 2 more," in observed(report)[0].message


def test_an_mx_without_address(live: World, system: System) -> None:
    live.zones[APEX].put(APEX, "MX", "10 gone.example.")
    report = checked(live, system)
    assert _only(observed(report)) == ("mx-no-address", Weight.ERROR, "gone.example")


def test_an_mx_that_could_not_be_asked_for(live: World, system: System) -> None:
    live.zones[APEX].add(APEX, "MX", "20 broken.example.")
    resolve = live.resolver.behaviour

    def behaviour(asked: Asked) -> list[Reply]:
        return [answering(asked, code=2)] if asked.name == "broken.example" else [*resolve(asked)]

    live.resolver.behaviour = behaviour
    assert _only(observed(checked(live, system), "spf-not-followed"))[:2] == (
        "mx-unknown",
        Weight.UNKNOWN,
    )


def test_spf_that_nobody_could_be_asked_for_is_said_once(live: World, system: System) -> None:
    live.resolver.behaviour = lambda asked: [answering(asked, code=2)]
    report = checked(live, system)
    assert State.UNKNOWN in report.states()
    assert "spf-not-followed" not in {one.rule for one in report.observations}


def test_reverse_names(live: World, system: System) -> None:
    reverse = live.zones["113.0.203.in-addr.arpa"]
    reverse.put(POINTER, "PTR", "dyn-1.provider.example.")
    report = checked(live, system)
    assert not_ok(report) == [(State.DIFFERENT, POINTER, "PTR")]
    assert _only(observed(report)) == ("ptr-unconfirmed", Weight.ERROR, ADDRESS)
    reverse.put(POINTER, "PTR")
    report = checked(live, system)
    assert not_ok(report) == [(State.MISSING, POINTER, "PTR")]
    assert observed(report) == []


def test_a_reverse_name_that_is_an_alias_is_classless_delegation(
    live: World, system: System
) -> None:
    reverse = live.zones["113.0.203.in-addr.arpa"]
    reverse.put(POINTER, "PTR")
    reverse.add(POINTER, "CNAME", "1.0/25.113.0.203.in-addr.arpa.")
    live.zone("0/25.113.0.203.in-addr.arpa").add("1.0/25.113.0.203.in-addr.arpa", "PTR", f"{HOST}.")
    report = checked(live, system)
    assert not_ok(report) == []
    assert observed(report) == []


def test_another_ttl_is_a_note(live: World, system: System) -> None:
    live.zones[APEX].put(APEX, "MX", "10 mail.example.org.", ttl=60)
    report = checked(live, system)
    (note,) = observed(report)
    assert (note.rule, note.weight) == ("ttl", Weight.NOTE)
    assert note.message == f"another TTL than the spec's: {APEX} MX 60 s"
    assert report.exit_code == 0
    assert observed(checked(live, system, live.resolver_view())) == []


def test_a_resolver_that_makes_up_addresses(live: World, system: System) -> None:
    resolve = live.resolver.behaviour

    def behaviour(asked: Asked) -> list[Reply]:
        if asked.name.endswith(".invalid"):
            reply = answering(asked, rrset(asked.name, "A", "198.51.100.1"))
            reply.flags |= dns.flags.RA
            return [reply]
        return [*resolve(asked)]

    live.resolver.behaviour = behaviour
    report = checked(live, system)
    (lie,) = observed(report)
    assert (lie.rule, lie.weight, lie.zone) == ("lying-resolver", Weight.WARNING, "")
    assert report.exit_code == 0


def test_who_gets_reports_has_to_say_so(world: World) -> None:
    reports = Address("dmarc", DomainName("reports.example"))
    system = system_of(policy=MailPolicy(dmarc=Dmarc(reports=(reports,))))
    world.publish(records_of(system))
    place = f"{APEX}._report._dmarc.reports.example"
    zone = world.zone("reports.example")
    assert _only(observed(checked(world, system))) == ("consent", Weight.WARNING, place)
    zone.add(place, "TXT", "v=DMARC1")
    assert observed(checked(world, system)) == []


def test_checks_of_one_zone_stay_in_it(live: World, system: System) -> None:
    live.zones["113.0.203.in-addr.arpa"].put(POINTER, "PTR", "x.example.")
    report = checked(live, system, zone=APEX)
    assert not_ok(report) == []
    assert observed(report) == []
    assert {asked.name for asked in live.resolver.asked if asked.name.endswith(".arpa")} == set()
