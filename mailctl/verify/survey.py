"""Asks everything in parallel, and gathers what was found."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from mailctl.verify.check import Check
from mailctl.verify.checks import CHECKS
from mailctl.verify.ground import Ground
from mailctl.verify.ignored import is_ignored
from mailctl.verify.judge import judge
from mailctl.verify.observation import Observation
from mailctl.verify.question import Question
from mailctl.verify.report import Report
from mailctl.verify.verdict import State, Verdict

_THREADS = 32
"""Questions on their way at the same time; each waits for a server nearly all of its time."""


def survey(ground: Ground, checks: Sequence[Check] = CHECKS) -> Report:
    """All verdicts and observations. Never raises for what servers do or fail to do."""
    with ThreadPoolExecutor(_THREADS) as pool:
        gone = frozenset(
            zone
            for zone, is_gone in zip(
                ground.questions, pool.map(ground.gone, ground.questions), strict=True
            )
            if is_gone
        )
        asked = [question for members in ground.questions.values() for question in members]
        verdicts = pool.map(lambda question: _judged(ground, question, gone), asked)
        found = [verdict for each in verdicts for verdict in each]
        tasks = [(check, name) for check in checks for name in check.over(ground)]
        observed = pool.map(lambda task: tuple(task[0].look(ground, task[1])), tasks)
        observations = {
            observation
            for each in observed
            for observation in each
            if not is_ignored(ground.system, observation)
        }
    return Report(tuple(found), tuple(sorted(observations, key=_place)))


def _judged(ground: Ground, question: Question, gone: frozenset[str]) -> tuple[Verdict, ...]:
    """Of a domain that is not there nothing has to be asked."""
    if question.zone not in gone:
        return tuple(judge(question, ground.live(question)))
    return tuple(
        Verdict(State.MISSING, question.zone, question.name, question.type, record.data)
        for record in question.wanted
    )


def _place(observation: Observation) -> tuple[str, str, str, str]:
    return observation.zone, observation.rule, observation.name, observation.message
