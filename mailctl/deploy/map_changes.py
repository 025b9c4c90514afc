"""Which maps a plan changes, and what of them: their live text against what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from mailctl.bundle import Contribution, Entries
from mailctl.deploy.entries import Delta, compare, lines_apart
from mailctl.deploy.plan import Change, Kind, Plan

Texts = Mapping[str, bytes]
"""Contents by path."""


def changed_maps(plan: Plan, content: Contribution) -> tuple[tuple[Change, Entries], ...]:
    """The plan's changes of maps, in its order; a change of mode alone is none."""
    known = {entries.path: entries for entries in content.entries}
    by_hand = hand_changed(plan)
    return tuple(
        (change, known[change.subject])
        for change in plan.changes
        if change.kind is Kind.FILE and change.subject in known
        if change.before != change.after or change.subject in by_hand
    )


def hand_changed(plan: Plan) -> frozenset[str]:
    """Paths whose live content is not what our records say."""
    return frozenset(one.path for one in plan.drift if one.has_text)


def live_maps(plan: Plan, content: Contribution, *, guarded: bool = False) -> tuple[str, ...]:
    """The maps whose live text must be known to say what changes; `guarded`: of those only."""
    return tuple(
        change.subject
        for change, entries in changed_maps(plan, content)
        if change.before and (entries.guarded or not guarded)
    )


def deltas(plan: Plan, content: Contribution, live: Texts) -> tuple[Delta, ...]:
    """What changes in each map, in the plan's order. Of a map that should be on the host and
    whose text is not in `live` nothing is said."""
    wanted = {artefact.path: artefact.content for artefact in content.artefacts}
    found = []
    for change, entries in changed_maps(plan, content):
        before = live.get(change.subject) if change.before else b""
        if before is not None:
            apart = lines_apart(before, wanted.get(change.subject, b""))
            found.append(compare(entries, *apart))
    return tuple(found)
