"""A plan with all that people want to see of it: two execs where something differs, else one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailctl.bundle import Artefact, Contribution, HostBundle
from mailctl.deploy.crossing import Note, notes
from mailctl.deploy.dns_effects import DnsEffect, dns_effects
from mailctl.deploy.drift import Drifted, Hand
from mailctl.deploy.entries import Delta
from mailctl.deploy.fetch import Span, fetch
from mailctl.deploy.guard import refuse_platform
from mailctl.deploy.host import Remote
from mailctl.deploy.laid import copy_of, laid_texts
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.map_changes import Texts, deltas, hand_changed, joined, map_spans
from mailctl.deploy.observe import observe
from mailctl.deploy.pieces import BIG
from mailctl.deploy.plan import Kind, Plan, make_plan
from mailctl.deploy.removals import excess
from mailctl.deploy.script import DEFAULT_ERRAND, Errand
from mailctl.dns.record import Record


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan, the compiled host that it leads to, and what was fetched to show it.

    `deltas` are the changes of maps, `effects` the DNS records concerned, `excess` what `apply`
    refuses to remove. `live` are contents on the host and `laid` those that we once laid, by
    path; they may be secret, and renderers must ask before they show any. `wanted` are the
    bundle's artefacts by path, `by_hand` the paths whose content somebody changed. `told` is what
    the host itself says that a switch would do (NixOS).
    """

    plan: Plan
    bundle: HostBundle
    deltas: tuple[Delta, ...] = ()
    effects: tuple[DnsEffect, ...] = ()
    excess: tuple[str, ...] = ()
    live: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    laid: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    wanted: Mapping[str, Artefact] = field(default_factory=dict, repr=False)
    by_hand: frozenset[str] = frozenset()
    told: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is to be known of the host's move to another release, if it has moved."""
        subjects = (change.subject for change in self.plan.changes)
        return notes(self.plan.moved_from, self.bundle.platform, subjects)

    def delta_of(self, path: str) -> Delta | None:
        """What changes in the map at a path of the generation."""
        return next((delta for delta in self.deltas if delta.entries.path == path), None)


def preview(
    remote: Remote,
    bundle: HostBundle,
    records: Iterable[Record] = (),
    errand: Errand = DEFAULT_ERRAND,
    *,
    contents: bool = False,
) -> Preview:
    """Observe, plan, and fetch what must be known to show the plan.

    `contents`: also what plain files hold now, for a diff of them; that of files that were
    changed by hand is fetched in any case. Raises a HostError.
    """
    wanted = Manifest.of(bundle)
    seen = observe(remote, wanted, errand)
    refuse_platform(bundle.host, bundle.platform, seen)
    plan = make_plan(bundle.host, wanted, seen)
    return fetched(remote, bundle, plan, records, errand, contents=contents)


def fetched(
    remote: Remote,
    bundle: HostBundle,
    plan: Plan,
    records: Iterable[Record],
    errand: Errand,
    *,
    contents: bool,
) -> Preview:
    """The preview of a plan; one exec where something of the host must be known to show it."""
    spans = _spans(plan, bundle.content, contents)
    live = joined(fetch(remote, spans, errand))
    return shown(plan, bundle, records, live)


def shown(plan: Plan, bundle: HostBundle, records: Iterable[Record], live: Texts) -> Preview:
    """The preview, once all contents are here. Pure."""
    content = bundle.content
    changes = deltas(plan, content, live)
    by_hand = _shown_drift(plan, content)
    return Preview(
        plan,
        bundle,
        changes,
        dns_effects(plan, changes, records),
        excess(content, changes),
        live,
        laid_texts(by_hand, content.artefacts, live),
        {artefact.path: artefact for artefact in content.artefacts},
        hand_changed(plan),
    )


def _spans(plan: Plan, content: Contribution, contents: bool) -> tuple[Span, ...]:
    """Of maps all that may differ, for every entry counts; other files up to the size that is
    still shown, and one byte more, by which it is seen that there is more; secrets never."""
    maps = {entries.path for entries in content.entries}
    by_hand = _shown_drift(plan, content)
    changed = map_spans(plan, content)
    whole = {one.path for one in by_hand if one.path in maps} - {span.path for span in changed}
    whole |= {copy_of(one) for one in by_hand if one.laid}
    parts = {path for one in by_hand for path in _paths(one)}
    if contents:
        parts |= _plain_files(plan)
    spans = (*changed, *map(Span, whole), *(Span(path, 0, BIG + 1) for path in parts - maps))
    return tuple(sorted(spans, key=_place))


def _shown_drift(plan: Plan, content: Contribution) -> tuple[Drifted, ...]:
    """What was changed by hand and may be shown: of a secret map the keys, else no secret."""
    maps = {entries.path for entries in content.entries}
    return tuple(one for one in plan.drift if one.has_text and (not one.secret or one.path in maps))


def _paths(one: Drifted) -> tuple[str, ...]:
    """What of a changed path is fetched: what stands there, and for a link what it led to."""
    there = (one.path,) if one.found else ()
    return (*there, one.source) if one.hand is Hand.REPLACED else there


def _plain_files(plan: Plan) -> set[str]:
    """Those that change, and those that stand where a link is to be."""
    return {
        change.subject
        for change in plan.changes
        if change.kind in (Kind.FILE, Kind.LINK) and change.before and not change.secret
    }


def _place(span: Span) -> tuple[str, int]:
    return span.path, span.offset
