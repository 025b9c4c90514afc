"""A CNAME at a name where records are wanted: no other record can stand beside it."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.resolver.answer import Answer
from mailctl.verify.check import Check, zones
from mailctl.verify.ground import Ground
from mailctl.verify.judge import judge
from mailctl.verify.observation import Observation, Weight
from mailctl.verify.question import Question
from mailctl.verify.verdict import State


def _look(ground: Ground, zone: str) -> Iterator[Observation]:
    """Of each name the worst. Reverse names may be aliases, into a customer's zone (RFC 2317)."""
    found: dict[str, Observation] = {}
    for question in ground.questions[zone]:
        if not question.wanted or question.type in ("PTR", "CNAME"):
            continue
        answers = ground.live(question)
        alias = next((answer for answer in answers if answer.aliases), None)
        if alias is None:
            continue
        observation = _observed(question, alias, answers)
        if question.name not in found or observation.weight is Weight.ERROR:
            found[question.name] = observation
    yield from found.values()


def _observed(question: Question, alias: Answer, answers: tuple[Answer, ...]) -> Observation:
    """An alias that leads to what is wanted does its work, as providers of DKIM keys know."""
    states = {verdict.state for verdict in judge(question, answers) if verdict.wanted}
    works = states == {State.OK}
    effect = "the wanted records are found where it leads" if works else "no record can be there"
    return Observation(
        "alias",
        Weight.WARNING if works else Weight.ERROR,
        question.zone,
        question.name,
        f"{question.name} is an alias of {alias.aliases[0]} (CNAME): {effect}",
        "RFC 1034, 3.6.2",
    )


ALIASES = Check(zones, _look)
