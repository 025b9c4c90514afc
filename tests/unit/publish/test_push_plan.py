"""Plans as values: what comes, goes, stays; and the brake on too much of it."""

from __future__ import annotations

import json

import pytest

from mailctl.dns.record import Record
from mailctl.errors import PublishError
from mailctl.publish.data import datum_of
from mailctl.publish.plan import Plan, ZonePlan
from mailctl.publish.planning import make_plan, plan_set
from mailctl.publish.push import Outcome, Pushed
from mailctl.publish.seen import Elsewhere, Seen, Survey
from mailctl.publish.show_json import plan_json
from mailctl.publish.show_text import plan_text
from mailctl.publish.threshold import refuse_landslide

ZONE = "a.example"
OLD_KEY, NEW_KEY = "v=DKIM1; k=rsa; p=QUFB;", "v=DKIM1; k=rsa; p=QkJC;"


def record(name: str, kind: str, data: str, zone: str = ZONE, foreign: bool = False) -> Record:
    return Record(name, kind, data, zone=zone, foreign=foreign)


def seen(name: str, kind: str, *texts: str, ttl: int = 300) -> Seen:
    data = tuple(sorted(datum_of(record(name, kind, text)) for text in texts))
    return Seen(name, kind, ZONE, ttl if data else 0, data)


def marks(plan: Plan) -> list[str]:
    changes = [change for zone in plan.zones for change in zone.changes]
    return [f"{change.mark} {change.name} {change.type} {change.ttl}" for change in changes]


def test_from_nothing_everything_comes_with_its_own_ttl() -> None:
    wanted = [record(ZONE, "MX", "10 m.a.example."), record(ZONE, "MX", "20 n.a.example.")]
    plan = make_plan(wanted, Survey((seen(ZONE, "MX"), seen(f"_dmarc.{ZONE}", "TXT"))))
    assert marks(plan) == ["+ a.example MX 3600", "+ a.example MX 3600"]


def test_what_fits_stays_whatever_its_ttl_and_its_writing() -> None:
    wanted = [record(ZONE, "TXT", "v=spf1 mx -all"), record(ZONE, "MX", "10 m.a.example.")]
    there = Survey(
        (seen(ZONE, "TXT", "v=SPF1 +mx -all", ttl=5), seen(ZONE, "MX", "10 M.A.Example."))
    )
    plan = make_plan(wanted, there)
    assert marks(plan) == []
    assert "nothing to do: 2 fit" in plan_text(plan)


def test_an_alien_txt_stays_and_the_set_keeps_its_ttl() -> None:
    there = seen(ZONE, "TXT", "v=spf1 +all", "site-verification=1", ttl=77)
    planned = plan_set(there, [record(ZONE, "TXT", "v=spf1 mx -all")])
    (change,) = planned.changes
    assert (change.mark, change.ttl) == ("~", 77)
    assert [datum.text for datum in planned.alien] == ["site-verification=1"]
    assert planned.afterwards == ("site-verification=1", "v=spf1 mx -all")


def test_two_data_of_one_text_are_two_records() -> None:
    """The second SPF record breaks the first, be it the same text in other strings."""
    whole = datum_of(record(ZONE, "TXT", "v=spf1 mx -all"))
    cut = type(whole)(whole.text, b"\x06v=spf1\x08 mx -all")
    there = Seen(ZONE, "TXT", ZONE, 300, tuple(sorted((whole, cut))))
    planned = plan_set(there, [record(ZONE, "TXT", "v=spf1 mx -all")])
    (change,) = planned.changes
    assert change.mark == "-" and change.old in (whole, cut)
    assert planned.kept == 1 and planned.afterwards == ("v=spf1 mx -all",)


def test_a_key_at_its_selector_is_replaced_and_other_selectors_are_not_touched() -> None:
    name = f"s1._domainkey.{ZONE}"
    there = Survey((seen(name, "TXT", OLD_KEY), seen(f"s0._domainkey.{ZONE}", "TXT", OLD_KEY)))
    plan = make_plan([record(name, "TXT", NEW_KEY)], there)
    assert marks(plan) == [f"~ {name} TXT 300"]
    assert f"obsolete, stays without --prune: s0._domainkey.{ZONE}" in plan_text(plan)
    pruned = make_plan([record(name, "TXT", NEW_KEY)], there, prune=True)
    assert f"- s0._domainkey.{ZONE} TXT 300" in marks(pruned)


def test_pruning_leaves_what_is_nobodys_mail() -> None:
    there = Survey((seen(ZONE, "TXT", "v=spf1 -all", "hello"), seen(ZONE, "MX", "5 old.example.")))
    pruned = make_plan([], there, prune=True)
    assert marks(pruned) == ["- a.example TXT 300", "- a.example MX 300"]
    assert 'foreign, stays: a.example TXT "hello"' in plan_text(pruned)


def test_an_alias_blocks_its_name_until_it_is_pruned() -> None:
    name = f"_dmarc.{ZONE}"
    there = Survey((seen(name, "CNAME", "dmarc.provider.example."), seen(name, "TXT")))
    wanted = [record(name, "TXT", "v=DMARC1; p=reject")]
    blocked = make_plan(wanted, there)
    assert marks(blocked) == []
    assert blocked.zones[0].blocked == (
        (
            "_dmarc.a.example is an alias of dmarc.provider.example. (CNAME), beside which"
            " no TXT can be; delete it, or let --prune do so"
        ),
    )
    pruned = make_plan(wanted, there, prune=True)
    assert marks(pruned) == [f"- {name} CNAME 300", f"+ {name} TXT 3600"]


def test_an_alias_to_what_is_wanted_stays_even_when_pruning() -> None:
    name = f"_dmarc.{ZONE}"
    wanted = [record(name, "TXT", "v=DMARC1; p=reject")]
    alias = seen(name, "CNAME", "_dmarc.b.example.")
    there = Seen(name, "TXT", ZONE, through=("v=DMARC1;p=reject",))
    for prune in (False, True):
        plan = make_plan(wanted, Survey((alias, there)), prune)
        assert marks(plan) == [] and plan.zones[0].blocked == ()
        assert "1 fit, 1 foreign, 0 obsolete" in plan_text(plan)
    other = Seen(name, "TXT", ZONE, through=("v=DMARC1; p=none",))
    assert make_plan(wanted, Survey((alias, other))).zones[0].blocked


def test_zones_of_others_are_told_once_each() -> None:
    reverse = "1.113.0.203.in-addr.arpa"
    wanted = [
        record("m.b.example", "A", "203.0.113.1", zone="b.example", foreign=True),
        record("m.b.example", "TXT", "v=spf1 a -all", zone="b.example", foreign=True),
        record("c.example", "MX", "10 m.b.example.", zone="c.example"),
        record(reverse, "PTR", "m.b.example.", zone="113.0.203.in-addr.arpa", foreign=True),
    ]
    away = (
        Elsewhere("m.b.example", "REFUSED"),
        Elsewhere("c.example", "REFUSED"),
        Elsewhere(reverse, "SERVFAIL", broken=True),
    )
    plan = make_plan(wanted, Survey((), away))
    assert plan.zones == ()
    assert [(one.zone, one.expected) for one in plan.not_ours] == [
        ("b.example", False),
        ("c.example", True),
        ("113.0.203.in-addr.arpa", True),
    ]
    assert plan_text(plan).splitlines() == [
        "zone not ours: b.example: REFUSED; whoever runs it has to publish 2 records",
        "zone not ours: c.example: REFUSED; whoever runs it has to publish 1 record",
        (
            "zone not ours: 113.0.203.in-addr.arpa: SERVFAIL; the provider of the addresses has to"
            " publish 1 record"
        ),
        f"  ask for: {reverse} PTR m.b.example.",
        "nothing to do: 0 fit, 0 foreign, 0 obsolete",
    ]


def test_hostile_texts_of_others_are_escaped() -> None:
    there = Survey((seen(ZONE, "TXT", 'a"b\x1b[31m\nx'),))
    text = plan_text(make_plan([record(ZONE, "TXT", "v=spf1 -all")], there))
    assert r'foreign, stays: a.example TXT "a\"b\027[31m\010x"' in text


def test_the_json_form() -> None:
    there = Survey((seen(ZONE, "TXT", "v=spf1 +all", "hello"), seen(ZONE, "MX", "1 o.example.")))
    plan = make_plan([record(ZONE, "TXT", "v=spf1 mx -all")], there)
    document = json.loads(plan_json(plan, "192.0.2.1", [Pushed(ZONE, Outcome.DONE)]))
    assert document["version"] == 1
    assert document["zones"] == [
        {
            "name": ZONE,
            "outcome": "done",
            "fault": "",
            "changes": [
                {
                    "action": "replace",
                    "name": ZONE,
                    "type": "TXT",
                    "ttl": 300,
                    "old": "v=spf1 +all",
                    "new": "v=spf1 mx -all",
                }
            ],
            "fitting": 0,
            "foreign": [{"name": ZONE, "type": "TXT", "data": "hello"}],
            "obsolete": [{"name": ZONE, "type": "MX", "data": "1 o.example."}],
            "blocked": [],
        }
    ]
    unsent = json.loads(plan_json(plan, "192.0.2.1", (), fault="too much"))
    assert (unsent["fault"], unsent["zones"][0]["outcome"]) == ("too much", None)


def _zone(there: int, changed: int) -> ZonePlan:
    """A zone of so many records of ours, of which so many are replaced."""
    names = [f"s{number}._domainkey.{ZONE}" for number in range(there)]
    wanted = [
        record(name, "TXT", NEW_KEY if number < changed else OLD_KEY)
        for number, name in enumerate(names)
    ]
    survey = Survey(tuple(seen(name, "TXT", OLD_KEY) for name in names))
    return make_plan(wanted, survey).zones[0]


@pytest.mark.parametrize(
    ("there", "changed", "refused"),
    [(9, 9, False), (10, 3, False), (10, 4, True), (20, 6, False), (20, 7, True), (10, 0, False)],
)
def test_the_brake(there: int, changed: int, refused: bool) -> None:
    plan = _zone(there, changed)
    assert plan.ours == there
    if not refused:
        refuse_landslide([plan])
        return
    share = changed * 100 // there
    with pytest.raises(PublishError) as error:
        refuse_landslide([_zone(10, 0), plan])
    assert str(error.value) == (
        f"a.example: {changed} of {there} records ({share} %) would be replaced or deleted:"
        " more than 30 %; nothing was sent; if the spec is the right one, say --force"
    )


def test_the_brake_counts_neither_aliens_nor_what_comes() -> None:
    texts = [f"note {number}" for number in range(20)]
    there = Survey((seen(ZONE, "TXT", "v=spf1 +all", *texts),))
    plan = make_plan([record(ZONE, "TXT", "v=spf1 mx -all")], there)
    assert plan.zones[0].ours == 1
    refuse_landslide(plan.zones)


def test_the_brake_counts_what_is_pruned() -> None:
    there = Survey(tuple(seen(f"s{n}._domainkey.{ZONE}", "TXT", OLD_KEY) for n in range(10)))
    assert make_plan([], there).zones[0].ours == 10
    refuse_landslide(make_plan([], there).zones)
    with pytest.raises(PublishError, match="10 of 10 records"):
        refuse_landslide(make_plan([], there, prune=True).zones)
