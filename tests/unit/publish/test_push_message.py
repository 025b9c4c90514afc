"""Update messages: what they require, what they do, and where they are cut."""

from __future__ import annotations

import dns.message
import dns.update
from test_push_plan import NEW_KEY, OLD_KEY, ZONE, record, seen

from mailctl.publish.connection import LARGEST
from mailctl.publish.message import parts, update_message
from mailctl.publish.plan import ZonePlan
from mailctl.publish.planning import make_plan
from mailctl.publish.seen import Datum, Seen, Survey


def _sections(plan: ZonePlan) -> tuple[list[str], list[str]]:
    """Prerequisites and updates as they come out at the other end of the wire."""
    (part,) = parts(plan)
    message = dns.message.from_wire(update_message(plan.zone, part).to_wire())
    assert isinstance(message, dns.update.UpdateMessage)
    return list(map(str, message.prerequisite)), list(map(str, message.update))


def test_each_set_must_be_exactly_as_it_was_seen() -> None:
    """RFC 2136, 2.4.2 and 2.4.3: aliens are part of what must not have changed."""
    there = Survey((seen(ZONE, "TXT", "v=spf1 +all", "hello"), seen(ZONE, "MX")))
    wanted = [record(ZONE, "TXT", "v=spf1 mx -all"), record(ZONE, "MX", "10 m.a.example.")]
    required, done = _sections(make_plan(wanted, there).zones[0])
    assert required == [
        'a.example. 0 IN TXT "hello"',
        'a.example. 0 IN TXT "v=spf1 +all"',
        "a.example. NONE MX",
        "a.example. NONE CNAME",
    ]
    # deleted by value (2.5.4), so that nothing else goes
    assert done == [
        'a.example. 0 NONE TXT "v=spf1 +all"',
        'a.example. 300 IN TXT "v=spf1 mx -all"',
        "a.example. 3600 IN MX 10 m.a.example.",
    ]


def test_sets_that_stay_are_no_part_of_the_message() -> None:
    there = Survey((seen(ZONE, "TXT", "v=spf1 -all"), seen(ZONE, "MX", "1 o.example.")))
    plan = make_plan([record(ZONE, "TXT", "v=spf1 -all")], there).zones[0]
    assert parts(plan) == ()


def test_data_go_back_byte_by_byte() -> None:
    """Strings cut elsewhere, and bytes that are no text."""
    cut = Datum("v=spf1 +all", b"\x06v=spf1\x05 +all")
    raw = Datum("\ufffdx", b"\x02\xffx")
    there = Survey((Seen(ZONE, "TXT", ZONE, 60, (cut, raw)),))
    plan = make_plan([record(ZONE, "TXT", "v=spf1 mx -all")], there).zones[0]
    required, done = _sections(plan)
    assert required == [
        r'a.example. 0 IN TXT "v=spf1" " +all"',
        r'a.example. 0 IN TXT "\255x"',
        "a.example. NONE CNAME",
    ]
    assert done[0] == 'a.example. 0 NONE TXT "v=spf1" " +all"'


def test_an_alias_goes_before_what_takes_its_place() -> None:
    name = f"_dmarc.{ZONE}"
    there = Survey((seen(name, "CNAME", "d.example."), seen(name, "TXT")))
    plan = make_plan([record(name, "TXT", "v=DMARC1; p=none")], there, prune=True).zones[0]
    required, done = _sections(plan)
    assert required == [f"{name}. 0 IN CNAME d.example.", f"{name}. NONE TXT"]
    assert done == [f"{name}. 0 NONE CNAME d.example.", f'{name}. 3600 IN TXT "v=DMARC1; p=none"']


def test_a_long_key_is_cut_into_strings() -> None:
    key = f"v=DKIM1; k=rsa; p={'A' * 392}"
    name = f"s1._domainkey.{ZONE}"
    plan = make_plan([record(name, "TXT", key)], Survey((seen(name, "TXT"),))).zones[0]
    _, (line,) = _sections(plan)
    assert line == f'{name}. 3600 IN TXT "{key[:255]}" "{key[255:]}"'


def test_one_message_as_long_as_it_fits() -> None:
    """65,535 bytes with the signature; whole sets together, in order, each once."""
    assert len(parts(_many(450))) == 1
    plan = _many(600)
    cut = parts(plan)
    assert len(cut) > 1
    assert [one for part in cut for one in part] == list(plan.touched)
    for part in cut:
        assert len(update_message(ZONE, part).to_wire()) <= LARGEST - 1024
    assert len(parts(plan, room=10)) == 600


def _many(count: int) -> ZonePlan:
    """So many keys to replace."""
    names = [f"s{number:04}._domainkey.{ZONE}" for number in range(count)]
    there = Survey(tuple(seen(name, "TXT", OLD_KEY) for name in names))
    return make_plan([record(name, "TXT", NEW_KEY) for name in names], there).zones[0]


def test_what_stands_at_one_name_is_never_cut_apart() -> None:
    name = f"_dmarc.{ZONE}"
    there = Survey((seen(name, "CNAME", "d.example."), seen(name, "TXT")))
    plan = make_plan([record(name, "TXT", "v=DMARC1; p=none")], there, prune=True).zones[0]
    assert len(parts(plan, room=10)) == 1
