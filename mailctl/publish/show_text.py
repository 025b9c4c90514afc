"""A plan for people: one line a record, as a diff marks them, and a summary."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.formats.strings import quoted
from mailctl.publish.plan import Change, NotOurs, Plan, SetPlan, ZonePlan
from mailctl.publish.seen import Datum


def plan_text(plan: Plan) -> str:
    """All zones, then what is not the server's; ends in a newline."""
    lines = [line for zone in plan.zones for line in _zone(zone)]
    lines += [line for other in plan.not_ours for line in _not_ours(other)]
    return "\n".join([*lines, summary(plan)]) + "\n"


def shown(kind: str, datum: Datum) -> str:
    """The data as a zone file has them; a TXT of others may hold anything, and is escaped."""
    return quoted(datum.text) if kind == "TXT" else datum.text


def summary(plan: Plan) -> str:
    """The figures in one line."""
    changes = [change for zone in plan.zones for change in zone.changes]
    marks = [change.mark for change in changes]
    sets = [one for zone in plan.zones for one in zone.sets]
    kept, alien, obsolete = (
        sum(one.kept for one in sets),
        sum(len(one.alien) for one in sets),
        sum(len(one.obsolete) for one in sets),
    )
    if not changes:
        return f"nothing to do: {kept} fit, {alien} foreign, {obsolete} obsolete"
    return (
        f"{marks.count('+')} to add, {marks.count('~')} to replace, {marks.count('-')} to delete;"
        f" {kept} fit, {alien} foreign, {obsolete} obsolete"
    )


def _zone(zone: ZonePlan) -> Iterator[str]:
    name = zone.zone or "."
    yield name if zone.changes or zone.blocked else f"{name}: nothing to do"
    for one in zone.sets:
        yield from (f"  {_change(change)}" for change in one.changes)
        yield from (f"  {line}" for line in _staying(one))


def _change(change: Change) -> str:
    head = f"{change.mark} {change.name} {change.type}"
    data = (shown(change.type, datum) for datum in (change.old, change.new) if datum)
    return f"{head} {' -> '.join(data)}"


def _staying(one: SetPlan) -> Iterator[str]:
    place = f"{one.seen.name} {one.seen.type}"
    for datum in one.alien:
        yield f"foreign, stays: {place} {shown(one.seen.type, datum)}"
    for datum in one.obsolete:
        yield f"obsolete, stays without --prune: {place} {shown(one.seen.type, datum)}"
    if one.blocked:
        yield f"blocked: {one.blocked}"


def _not_ours(other: NotOurs) -> Iterator[str]:
    who = "the provider of the addresses" if other.reverse else "whoever runs it"
    count = len(other.records)
    noun = "record" if count == 1 else "records"
    yield f"zone not ours: {other.zone}: {other.reason}; {who} has to publish {count} {noun}"
    if other.reverse:
        yield from (f"  ask for: {one.name} {one.type} {one.data}" for one in other.records)
