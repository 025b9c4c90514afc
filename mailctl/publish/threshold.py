"""A brake: where much of what is there would go, the spec may be the wrong one.

As octoDNS has it: from ten records on, no more than 30 % may be replaced or deleted at once.
"""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.errors import PublishError
from mailctl.publish.plan import ZonePlan

FEWEST = 10
SHARE = 30


def refuse_landslide(plans: Iterable[ZonePlan]) -> None:
    """Raises PublishError with the figures of each zone where too much would go."""
    over = [text for text in map(_excess, plans) if text]
    if over:
        raise PublishError(
            f"{'; '.join(over)}: more than {SHARE} %; nothing was sent",
            "if the spec is the right one, say --force",
        )


def _excess(plan: ZonePlan) -> str:
    going = sum(1 for change in plan.changes if change.old)
    if plan.ours < FEWEST or going * 100 <= plan.ours * SHARE:
        return ""
    return (
        f"{plan.zone}: {going} of {plan.ours} records ({going * 100 // plan.ours} %) would be"
        " replaced or deleted"
    )
