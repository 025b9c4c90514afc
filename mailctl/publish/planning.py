"""What would change, computed from what is wanted and what the server showed. Pure.

`compare` decides whose a record is. Of TTLs: a set that exists keeps its own, also where a
record joins it. A set has one TTL (RFC 2181, 5.2), and where a record with another one is added
BIND, Knot and PowerDNS give it to all, those of other people among them; besides, a TTL that
differs is no reason to change anything, so it must not come along with something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest

from mailctl.dns.compare import compare
from mailctl.dns.dkim import record_name
from mailctl.dns.places import Selector
from mailctl.dns.record import Record
from mailctl.publish.data import datum_of
from mailctl.publish.plan import Change, NotOurs, Plan, SetPlan, ZonePlan
from mailctl.publish.seen import Datum, Elsewhere, Seen, Survey


def make_plan(
    wanted: Iterable[Record],
    survey: Survey,
    prune: bool = False,
    retired: Iterable[Selector] = (),
) -> Plan:
    """The plan for all zones; with `prune` what is obsolete goes, too. Keys that were removed by
    a rotation go in any case: that they are to go was decided there."""
    gone = {record_name(domain, selector) for domain, selector in retired}
    asked: dict[tuple[str, str], list[Record]] = {}
    for record in wanted:
        asked.setdefault((record.name, record.type), []).append(record)
    aliases = {
        one.name: one
        for one in survey.sets
        if one.type == "CNAME" and one.data and (one.name, "CNAME") not in asked
    }
    serving = _serving(aliases, survey, asked)
    zones: dict[str, list[SetPlan]] = {}
    for seen in survey.sets:
        records = asked.get((seen.name, seen.type), [])
        alias = aliases.get(seen.name)
        if alias is None:
            planned = plan_set(seen, records, prune or seen.name in gone)
        elif seen.name in serving:
            planned = SetPlan(seen, kept=len(records), alien=seen.data)
        elif records and not prune:
            planned = SetPlan(seen, blocked=_blocked(seen, alias))
        else:
            planned = plan_set(seen, records, prune)
        zones.setdefault(seen.zone, []).append(planned)
    return Plan(
        tuple(ZonePlan(zone, tuple(zones[zone])) for zone in sorted(zones, key=_order)),
        _not_ours(chain.from_iterable(asked.values()), survey.elsewhere),
    )


def plan_set(seen: Seen, wanted: Sequence[Record], prune: bool = False) -> SetPlan:
    """What becomes of one set."""
    compared = compare(seen.name, seen.type, wanted, seen.texts)
    stock = list(seen.data)
    outdated = _taken(stock, compared.outdated)
    alien = _taken(stock, compared.alien)
    obsolete = () if wanted or prune else outdated
    leaving = () if obsolete else outdated
    coming = tuple(map(datum_of, compared.missing))
    ttl = seen.ttl if seen.data else min((record.ttl for record in wanted), default=0)
    return SetPlan(
        seen,
        changes=tuple(
            Change(seen.name, seen.type, ttl, old, new) for old, new in zip_longest(leaving, coming)
        ),
        kept=len(compared.kept),
        alien=alien,
        obsolete=obsolete,
    )


def _taken(stock: list[Datum], texts: Iterable[str]) -> tuple[Datum, ...]:
    """The data with these texts, out of the stock: two data may have one text."""
    found = []
    for text in texts:
        datum = next(datum for datum in stock if datum.text == text)
        stock.remove(datum)
        found.append(datum)
    return tuple(found)


def _serving(
    aliases: Iterable[str], survey: Survey, asked: Mapping[tuple[str, str], Sequence[Record]]
) -> frozenset[str]:
    """Aliases that lead to just what is wanted at their names: somebody keeps it in one place
    for many domains, and receivers do not mind."""
    wanted = [one for one in survey.sets if (one.name, one.type) in asked]
    unlike = {
        one.name
        for one in wanted
        if not compare(one.name, one.type, asked[one.name, one.type], one.through).same
    }
    return frozenset(aliases) & {one.name for one in wanted} - unlike


def _blocked(seen: Seen, alias: Seen) -> str:
    """RFC 1034, 3.6.2; servers ignore without a word what is added there (RFC 2136, 3.4.2.2)."""
    return (
        f"{seen.name} is an alias of {alias.data[0].text} (CNAME), beside which no {seen.type}"
        " can be; delete it, or let --prune do so"
    )


def _not_ours(wanted: Iterable[Record], elsewhere: tuple[Elsewhere, ...]) -> tuple[NotOurs, ...]:
    reasons = {one.name: one for one in elsewhere}
    zones: dict[str, list[Record]] = {}
    for record in wanted:
        if record.name in reasons:
            zones.setdefault(record.zone, []).append(record)
    return tuple(
        NotOurs(
            zone,
            reason=reasons[records[0].name].reason,
            records=tuple(sorted(records)),
            expected=any(not one.foreign or reasons[one.name].broken for one in records),
        )
        for zone, records in sorted(zones.items(), key=lambda item: _order(item[0]))
    )


def _order(zone: str) -> tuple[bool, str]:
    return zone.endswith(".arpa"), zone
