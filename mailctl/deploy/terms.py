"""On which terms an apply may go on, once its plan is known: what the administrator has said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailctl.bundle import HostBundle
from mailctl.deploy.fetch import fetch
from mailctl.deploy.host import Remote
from mailctl.deploy.map_changes import deltas, joined, map_spans
from mailctl.deploy.plan import Plan
from mailctl.deploy.removals import refuse_removals
from mailctl.deploy.saved import SavedHost
from mailctl.deploy.script import Errand
from mailctl.errors import ChangedByHand

_SHOWN = 3
"""Paths that an error names."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`keep_drift`: a host that somebody changed by hand is left alone. `allow_removals`: users,
    mailboxes and domains may go in any number. `saved`: only the plans of these hosts, as they
    were saved."""

    keep_drift: bool = False
    allow_removals: bool = False
    saved: Mapping[str, SavedHost] = field(default_factory=dict)

    def refuse_bundle(self, bundle: HostBundle) -> None:
        """Raises PlanOutdated before the host is looked at."""
        if saved := self.saved.get(bundle.host):
            saved.refuse_bundle(bundle)

    def refuse_plan(self, remote: Remote, bundle: HostBundle, plan: Plan, errand: Errand) -> None:
        """Raises PlanOutdated, ChangedByHand or RemovesTooMuch; one exec where it must be known
        which entries of maps go."""
        if saved := self.saved.get(bundle.host):
            saved.refuse_plan(plan)
        if self.keep_drift:
            refuse_drift(plan)
        if not self.allow_removals:
            spans = map_spans(plan, bundle.content, guarded=True)
            live = joined(fetch(remote, spans, errand))
            found = deltas(plan, bundle.content, live)
            refuse_removals(bundle.host, bundle.content, found)


DEFAULT_TERMS = Terms()


def refuse_drift(plan: Plan) -> None:
    """Raises ChangedByHand where anything was changed by hand."""
    paths = [one.path for one in plan.drift]
    if not paths:
        return
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    raise ChangedByHand(
        plan.host,
        f"changed by hand: {', '.join(paths[:_SHOWN])}{more}; the host is left alone",
        f"see what: mailctl diff {plan.host}; to replace it, leave --keep-drift out",
    )
