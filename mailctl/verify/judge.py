"""From what is wanted and what the servers say to verdicts; asks nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mailctl.dns.compare import Compared, compare
from mailctl.dns.record import Record
from mailctl.dns.txt_role import role
from mailctl.resolver.answer import Answer
from mailctl.verify.question import Question
from mailctl.verify.verdict import Said, State, Verdict


@dataclass(frozen=True, slots=True)
class _Heard:
    """One server that answered, and how its answer compares."""

    answer: Answer
    compared: Compared


def judge(question: Question, answers: Sequence[Answer]) -> Iterator[Verdict]:
    """A verdict for each wanted record, and one for each other that is there."""
    heard = [
        _Heard(answer, compare(question.name, question.type, question.wanted, answer.data))
        for answer in answers
        if not answer.failed
    ]
    if not heard:
        yield from _unknown(question, answers)
        return
    says = _disagreement(heard, answers)
    for record in question.wanted:
        yield _wanted(question, record, heard, says)
    yield from _unwanted(question, heard, says)
    if question.wanted:
        for data in _union(each.compared.alien for each in heard):
            yield _verdict(question, State.FOREIGN, there=(data,))


def _unknown(question: Question, answers: Sequence[Answer]) -> Iterator[Verdict]:
    reason = "; ".join(dict.fromkeys(answer.reason for answer in answers))
    for data in [record.data for record in question.wanted] or [""]:
        yield _verdict(question, State.UNKNOWN, data, reason=reason)


def _wanted(
    question: Question, record: Record, heard: Sequence[_Heard], says: tuple[Said, ...]
) -> Verdict:
    """As the worst server has it: some receivers will ask that one."""
    lacking = [each for each in heard if record in each.compared.missing]
    if not lacking:
        return _verdict(question, State.OK, record.data, ttl=_ttl(heard))
    there = _union(_rivals(question, record, each) for each in lacking)
    alias = next((each.answer.aliases[0] for each in lacking if each.answer.aliases), "")
    state = State.DIFFERENT if there or alias else State.MISSING
    return replace(_verdict(question, state, record.data, there=there, says=says), alias=alias)


def _rivals(question: Question, record: Record, heard: _Heard) -> tuple[str, ...]:
    """What one server has in place of a record that it lacks."""
    return tuple(
        data for data in heard.compared.outdated if _same_role(question, record.data, data)
    )


def _unwanted(
    question: Question, heard: Sequence[_Heard], says: tuple[Said, ...]
) -> Iterator[Verdict]:
    """What should not be there, but for what already stands beside a record that differs."""
    state = State.OUTDATED if question.wanted else State.OBSOLETE
    for data in _union(_left_over(question, each) for each in heard):
        yield _verdict(question, state, there=(data,), says=says)


def _left_over(question: Question, heard: _Heard) -> tuple[str, ...]:
    missing = [record.data for record in heard.compared.missing]
    return tuple(
        data
        for data in heard.compared.outdated
        if not any(_same_role(question, wanted, data) for wanted in missing)
    )


def _same_role(question: Question, one: str, other: str) -> bool:
    return question.type != "TXT" or role(question.name, one) is role(question.name, other)


def _disagreement(heard: Sequence[_Heard], answers: Sequence[Answer]) -> tuple[Said, ...]:
    """Which server says what, where they do not say the same."""
    kinds = {(each.compared.missing, each.compared.outdated) for each in heard}
    if len(kinds) < 2:
        return ()
    mine = {str(each.answer.server): each.compared.kept + each.compared.outdated for each in heard}
    return tuple(
        Said(str(answer.server), mine.get(str(answer.server), ()), answer.reason)
        for answer in answers
    )


def _ttl(heard: Sequence[_Heard]) -> int:
    """A resolver's is only what is left of it."""
    return next((each.answer.ttl for each in heard if each.answer.authoritative), 0)


def _union(parts: Iterator[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(data for part in parts for data in part))


def _verdict(
    question: Question,
    state: State,
    wanted: str = "",
    *,
    there: tuple[str, ...] = (),
    says: tuple[Said, ...] = (),
    reason: str = "",
    ttl: int = 0,
) -> Verdict:
    return Verdict(
        state, question.zone, question.name, question.type, wanted, there, says, reason, ttl
    )
