"""Which maps a plan changes, and what of them: their live text against what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailctl.bundle import Contribution, Entries
from mailctl.deploy.entries import Delta, compare, lines_apart
from mailctl.deploy.fetch import Span
from mailctl.deploy.pieces import apart
from mailctl.deploy.plan import Change, Kind, Plan

Texts = Mapping[str, bytes]
"""Contents by path; of a big map that is known in pieces only those that the new one has not."""


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


def map_spans(plan: Plan, content: Contribution, *, guarded: bool = False) -> tuple[Span, ...]:
    """What must be fetched of these maps: of big ones the pieces that change."""
    wanted = _contents(content)
    return tuple(
        span
        for path in live_maps(plan, content, guarded=guarded)
        for span in _spans(plan, path, wanted.get(path, b""))
    )


def joined(found: Mapping[Span, bytes]) -> dict[str, bytes]:
    """What was fetched, by path; the spans of one path in their order."""
    texts: dict[str, bytes] = {}
    for span, text in found.items():
        texts[span.path] = texts.get(span.path, b"") + text
    return texts


def deltas(plan: Plan, content: Contribution, live: Texts) -> tuple[Delta, ...]:
    """What changes in each map, in the plan's order. Of a map that should be on the host and
    whose text is not in `live` nothing is said."""
    wanted = _contents(content)
    found = []
    for change, entries in changed_maps(plan, content):
        path = change.subject
        after = wanted.get(path, b"")
        if path in plan.pieces:
            gone, after = apart(plan.pieces[path], after)
            before = live.get(path, b"" if not gone else None)
        else:
            before = live.get(path) if change.before else b""
        if before is not None:
            found.append(compare(entries, *lines_apart(before, after)))
    return tuple(found)


def _contents(content: Contribution) -> dict[str, bytes]:
    return {artefact.path: artefact.content for artefact in content.artefacts}


def _spans(plan: Plan, path: str, wanted: bytes) -> Iterable[Span]:
    if path not in plan.pieces:
        return (Span(path),)
    gone, _ = apart(plan.pieces[path], wanted)
    return (Span(path, piece.offset, piece.length) for piece in gone)
