"""Sends a zone's update, and looks whether the server serves what was sent."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from mailctl.errors import PublishError
from mailctl.publish.dialogue import Dialogue
from mailctl.publish.faults import Overtaken
from mailctl.publish.message import Part, parts, update_message
from mailctl.publish.plan import SetPlan, ZonePlan
from mailctl.publish.survey import survey

_LOOKS = (0.0, 0.5, 1.0, 2.0)
"""Seconds before each look: a server may answer first and load what it wrote after."""

_MOST_NAMED = 5


class Outcome(Enum):
    NOTHING = "nothing to do"
    DONE = "done"
    FAILED = "failed"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, slots=True)
class Pushed:
    """How a zone ended; `fault` says why it is not as it should be."""

    zone: str
    outcome: Outcome
    fault: str = ""


def push_zone(dialogue: Dialogue, plan: ZonePlan) -> Pushed:
    """Bring a zone to its plan. Each message is done whole or not at all; never raises for
    what a server does."""
    messages = parts(plan)
    done: list[SetPlan] = []
    for number, part in enumerate(messages):
        try:
            dialogue.update(update_message(plan.zone, part), plan.zone)
        except Overtaken as error:
            fault = _overtaken(dialogue, part, error)
            return Pushed(plan.zone, Outcome.FAILED, fault + _so_far(number, len(messages)))
        except PublishError as error:
            return Pushed(plan.zone, Outcome.FAILED, f"{error}{_so_far(number, len(messages))}")
        done += part
    unlike = _unlike(dialogue, done) if done else []
    fault = "; ".join([*unlike, *plan.blocked])
    if fault:
        return Pushed(plan.zone, Outcome.FAILED, fault)
    return Pushed(plan.zone, Outcome.DONE if messages else Outcome.NOTHING)


def _so_far(number: int, count: int) -> str:
    return "" if number == 0 else f" ({number} of {count} messages were done before)"


def _overtaken(dialogue: Dialogue, part: Part, error: Overtaken) -> str:
    """Which of the names changed, for the server does not say it."""
    try:
        now = _texts(dialogue, part)
    except PublishError:
        return str(error)
    seen = {(one.seen.name, one.seen.type): one.seen.texts for one in part}
    # also an alias that nobody saw before
    places = [*seen, *((name, kind) for name, kind in now if kind == "CNAME")]
    changed = [
        f"{name} {kind}"
        for name, kind in places
        if now.get((name, kind), ()) != seen.get((name, kind), ())
    ]
    if changed:
        return f"somebody changed {_some(changed)} meanwhile; {error.hint}"
    return (
        "the server holds something else than it shows at"
        f" {_some(one.seen.name for one in part)}, or it forwards updates; push to the primary"
    )


def _unlike(dialogue: Dialogue, part: Iterable[SetPlan]) -> list[str]:
    """What the server still does not serve as it was sent, after some patience."""
    sent = tuple(part)
    faults: list[str] = []
    for wait in _LOOKS:
        time.sleep(wait)
        try:
            now = _texts(dialogue, sent)
        except PublishError as error:
            return [f"sent, but what is served now is unknown: {error}"]
        faults = [
            f"{one.seen.name} {one.seen.type}"
            for one in sent
            if now.get((one.seen.name, one.seen.type), ()) != one.afterwards
        ]
        if not faults:
            return []
    return [f"sent and accepted, but the server serves something else at {_some(faults)}"]


def _texts(dialogue: Dialogue, part: Iterable[SetPlan]) -> dict[tuple[str, str], tuple[str, ...]]:
    found = survey(dialogue, [(one.seen.name, one.seen.type) for one in part])
    return {(seen.name, seen.type): seen.texts for seen in found.sets}


def _some(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    more = len(listed) - _MOST_NAMED
    text = ", ".join(listed[:_MOST_NAMED])
    return f"{text} and {more} more" if more > 0 else text
