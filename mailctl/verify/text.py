"""A report for people: what is wrong, zone by zone; then what is only to be known; then a sum.

Lines carry a tone, and whoever prints them decides on colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from mailctl.dns.formats.strings import quoted
from mailctl.verify import existence
from mailctl.verify.observation import Observation, Weight
from mailctl.verify.report import Report
from mailctl.verify.verdict import State, Verdict

_SHOWN = 5
"""Lines of one kind that are not spelt out further: a spec may have a thousand domains."""

_ORDER = (State.MISSING, State.DIFFERENT, State.OUTDATED, State.OBSOLETE)
_COUNTED = {
    State.MISSING: "missing",
    State.DIFFERENT: "different",
    State.OUTDATED: "outdated",
    State.OBSOLETE: "obsolete",
    State.UNKNOWN: "could not be asked",
}


@dataclass(frozen=True, slots=True)
class Line:
    """`tone` is what the line is about: a state's or a weight's value, "zone" or "sum"."""

    text: str
    tone: str = ""


@dataclass(slots=True)
class _Block:
    """What was found in one zone."""

    verdicts: list[Verdict] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)


def lines(report: Report) -> Iterator[Line]:
    """Everything that a person has to read."""
    for zone, block in _blocks(report):
        shown = [*_observed(block), *_records(block)]
        if shown:
            yield Line(zone or "everywhere", "zone")
            yield from shown
    yield from _notes(report)
    yield Line(summary(report), "sum")


def summary(report: Report) -> str:
    """One line that counts."""
    states, weights = report.states(), report.weights()
    fine = states.get(State.OK, 0)
    parts = [f"{fine} {'record' if fine == 1 else 'records'} as the spec says"]
    parts += [f"{states[state]} {said}" for state, said in _COUNTED.items() if states.get(state)]
    for weight in (Weight.ERROR, Weight.WARNING):
        if count := weights.get(weight):
            parts.append(f"{count} {weight.value}{'' if count == 1 else 's'}")
    return ", ".join(parts)


def _blocks(report: Report) -> list[tuple[str, _Block]]:
    """Reverse zones last, for somebody else has to set those."""
    found: dict[str, _Block] = {}
    for verdict in report.verdicts:
        found.setdefault(verdict.zone, _Block()).verdicts.append(verdict)
    for observation in report.observations:
        found.setdefault(observation.zone, _Block()).observations.append(observation)
    return sorted(found.items(), key=lambda item: (item[0].endswith(".arpa"), item[0]))


def _observed(block: _Block) -> Iterator[Line]:
    for weight in (Weight.ERROR, Weight.UNKNOWN, Weight.WARNING):
        for each in block.observations:
            if each.weight is weight:
                yield _row(weight.value, _with_reference(each))


def _records(block: _Block) -> Iterator[Line]:
    """Nothing of a domain that is not there: that one line says it all."""
    if any(each.rule == existence.RULE for each in block.observations):
        return
    mine = block.verdicts
    for state in _ORDER:
        for verdict in mine:
            if verdict.state is state:
                yield from _record(verdict)
    unknown = [verdict for verdict in mine if verdict.state is State.UNKNOWN]
    for reason in dict.fromkeys(verdict.reason for verdict in unknown):
        names = [_what(each) for each in unknown if each.reason == reason]
        yield _row("unknown", reason)
        yield _below(f"so that nobody knows {_listed(names)}")


def _record(verdict: Verdict) -> Iterator[Line]:
    if not verdict.wanted:
        yield _row(verdict.state.value, f"{_what(verdict)}  {_all_shown(verdict)}")
    else:
        wanted = _shown(verdict.type, verdict.wanted)
        yield _row(verdict.state.value, f"{_what(verdict)}  {wanted}")
        if verdict.alias:
            yield _below(f"there is CNAME {verdict.alias}.")
        for data in verdict.there:
            yield _below(f"there is {_shown(verdict.type, data)}")
    for said in verdict.says:
        data = ", ".join(_shown(verdict.type, each) for each in said.data)
        yield _below(f"{said.server}: {said.reason or data or 'nothing'}")


def _notes(report: Report) -> Iterator[Line]:
    """What is tolerated, and what is only to be known; of many of one kind only some."""
    foreign = [verdict for verdict in report.verdicts if verdict.state is State.FOREIGN]
    texts = [f"{_what(verdict)}  {_all_shown(verdict)}" for verdict in foreign]
    yield from _some("foreign", texts)
    noted = [each for each in report.observations if each.weight is Weight.NOTE]
    for _, members in groupby(sorted(noted, key=lambda each: each.rule), lambda each: each.rule):
        yield from _some("note", [_with_reference(each) for each in members])


def _some(tone: str, texts: list[str]) -> Iterator[Line]:
    yield from (Line(f"{tone}: {text}", tone) for text in texts[:_SHOWN])
    if len(texts) > _SHOWN:
        yield Line(f"{tone}: {len(texts) - _SHOWN} more of this kind; JSON has them all", tone)


def _row(tone: str, text: str) -> Line:
    return Line(f"  {tone:<9}  {text}", tone)


def _below(text: str) -> Line:
    return Line(f"  {'':<9}  {text}")


def _what(verdict: Verdict) -> str:
    return f"{verdict.name} {verdict.type}"


def _all_shown(verdict: Verdict) -> str:
    return ", ".join(_shown(verdict.type, data) for data in verdict.there)


def _shown(kind: str, data: str) -> str:
    """As zone files have it; what stands in a TXT cannot do harm to a terminal then."""
    return quoted(data) if kind == "TXT" else data


def _with_reference(each: Observation) -> str:
    return f"{each.message} ({each.reference})" if each.reference else each.message


def _listed(names: Iterable[str]) -> str:
    texts = list(names)
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return f"{', '.join(texts[:_SHOWN])}{more}"
