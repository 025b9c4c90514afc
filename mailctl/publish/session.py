"""A whole push at once, for callers who show no plan in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.dns.places import Selector
from mailctl.dns.record import Record
from mailctl.model.system import System
from mailctl.model.tsig_key import TsigKey
from mailctl.publish.dialogue import Dialogue
from mailctl.publish.places import places
from mailctl.publish.plan import Plan
from mailctl.publish.planning import make_plan
from mailctl.publish.push import Outcome, Pushed, push_zone
from mailctl.publish.survey import survey
from mailctl.resolver.answer import Server


@dataclass(frozen=True, slots=True)
class Session:
    """What was to be done, and how each zone ended."""

    plan: Plan
    ended: tuple[Pushed, ...]

    @property
    def changes(self) -> int:
        """Records that came, went, or were replaced."""
        return sum(len(zone.changes) for zone in self.plan.zones)

    @property
    def faults(self) -> tuple[str, ...]:
        """Why zones are not as they should be, and which are not the server's."""
        failed = [f"{one.zone}: {one.fault}" for one in self.ended if one.outcome is Outcome.FAILED]
        return (*failed, *(f"{one.zone}: {one.reason}" for one in self.plan.not_ours))


def publish(
    server: Server,
    key: TsigKey,
    system: System,
    wanted: Iterable[Record],
    retired: Iterable[Selector] = (),
) -> Session:
    """Bring the server's zones to what is wanted. `retired` are DKIM keys whose records are
    leftovers. Raises PublishError when no plan can be made."""
    records, gone = tuple(wanted), tuple(retired)
    with Dialogue((server,), key) as dialogue:
        seen = survey(dialogue, places(records, system, "", gone))
        plan = make_plan(records, seen, retired=gone)
        return Session(plan, tuple(push_zone(dialogue, zone) for zone in plan.zones))
