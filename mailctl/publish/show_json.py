"""A plan and how it ended as JSON. Its version changes when a reader would have to change.

    {"version": 1, "server": ..., "fault": ...,
     "zones": [{"name": ..., "outcome": ..., "fault": ...,
         "changes": [{"action": "add|delete|replace", "name": ..., "type": ..., "ttl": ...,
                      "old": ..., "new": ...}],
         "fitting": 3, "foreign": [...], "obsolete": [...], "blocked": [...]}],
     "not_ours": [{"zone": ..., "reason": ..., "expected": ..., "records": [...]}]}

Data are whole texts, as in the JSON of `dns-records`. `outcome` is null where nothing was begun.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from mailctl.publish.plan import Change, Plan, ZonePlan
from mailctl.publish.push import Pushed
from mailctl.publish.seen import Datum

VERSION = 1

_ACTIONS = {"+": "add", "-": "delete", "~": "replace"}


def plan_json(plan: Plan, server: str, ended: Iterable[Pushed], fault: str = "") -> str:
    """The document, ending in a newline. `ended` is how each zone ended that was begun, and
    `fault` why nothing was."""
    outcomes = {one.zone: one for one in ended}
    document = {
        "version": VERSION,
        "server": server,
        "fault": fault,
        "zones": [_zone(zone, outcomes) for zone in plan.zones],
        "not_ours": [
            {
                "zone": other.zone,
                "reason": other.reason,
                "expected": other.expected,
                "records": [
                    {"name": one.name, "type": one.type, "ttl": one.ttl, "data": one.data}
                    for one in other.records
                ],
            }
            for other in plan.not_ours
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _zone(zone: ZonePlan, outcomes: Mapping[str, Pushed]) -> dict[str, object]:
    ended = outcomes.get(zone.zone)
    return {
        "name": zone.zone,
        "outcome": ended.outcome.value if ended else None,
        "fault": ended.fault if ended else "",
        "changes": list(map(_change, zone.changes)),
        "fitting": sum(one.kept for one in zone.sets),
        "foreign": [_datum(one.seen.name, one.seen.type, datum)
                    for one in zone.sets for datum in one.alien],
        "obsolete": [_datum(one.seen.name, one.seen.type, datum)
                     for one in zone.sets for datum in one.obsolete],
        "blocked": list(zone.blocked),
    }  # fmt: skip


def _change(change: Change) -> dict[str, object]:
    return {
        "action": _ACTIONS[change.mark],
        "name": change.name,
        "type": change.type,
        "ttl": change.ttl,
        "old": change.old.text if change.old else None,
        "new": change.new.text if change.new else None,
    }


def _datum(name: str, kind: str, datum: Datum) -> dict[str, object]:
    return {"name": name, "type": kind, "data": datum.text}
