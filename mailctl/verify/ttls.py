"""Records that live longer or shorter than the spec asks; a note, for mail does not suffer."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.verify.check import Check, zones
from mailctl.verify.ground import Ground
from mailctl.verify.judge import judge
from mailctl.verify.observation import Observation, Weight
from mailctl.verify.question import Question
from mailctl.verify.verdict import State

_SHOWN = 3


def _look(ground: Ground, zone: str) -> Iterator[Observation]:
    other = [text for question in ground.questions[zone] for text in _others(ground, question)]
    if other:
        more = f" and {len(other) - _SHOWN} more" if len(other) > _SHOWN else ""
        yield Observation("ttl", Weight.NOTE, zone, zone,
                          f"another TTL than the spec's: {', '.join(other[:_SHOWN])}{more}",
                          "RFC 1035, 3.2.1")  # fmt: skip


def _others(ground: Ground, question: Question) -> Iterator[str]:
    ttls = {record.data: record.ttl for record in question.wanted}
    for verdict in judge(question, ground.live(question)) if ttls else ():
        if verdict.state is State.OK and verdict.ttl not in (0, ttls[verdict.wanted]):
            yield f"{question.name} {question.type} {verdict.ttl} s"


TTLS = Check(zones, _look)
