"""What a run of faults has shown, in lines for whoever reads the test's output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from fault_run import Result, Run

_WORST = 12
"""Faults whose host's state is printed; the others are named."""


def figures(run: Run) -> Iterator[str]:
    """The counts of a whole run."""
    struck = [result for result in run.results if result.struck.hit]
    outcomes = Counter(result.outcome for result in run.results)
    yield (
        f"seed {run.seed}: {len(run.results)} faults on {len(run.lanes)} hosts in "
        f"{run.seconds:.0f} s, {len(struck)} of them while an agent was at work"
    )
    yield (
        f"afterwards live and whole: the former generation {outcomes['old']}, the new one "
        f"{outcomes['new']}; neither: {outcomes['broken']}"
    )
    succeeded = sum(result.next_apply for result in run.results)
    yield f"the next apply succeeded {succeeded} of {len(run.results)} times"
    if run.results:
        yield (
            f"seconds a fault: median {median(one.seconds for one in run.results):.1f}; until "
            f"the host was whole again: median {median(one.mended_in for one in run.results):.1f}"
            f", at most {max(one.mended_in for one in run.results):.1f}"
        )
    yield from _mail(run)
    yield from _kinds(run)


def _mail(run: Run) -> Iterator[str]:
    streams = [lane.stream for lane in run.lanes]
    accepted = sum(len(stream.accepted) for stream in streams)
    yield (
        f"mail meanwhile: {accepted} accepted, {accepted - len(run.lost)} of them delivered, "
        f"{len(run.lost)} lost; {sum(stream.put_off for stream in streams)} put off, "
        f"{sum(len(stream.refused) for stream in streams)} refused for good"
    )


def _kinds(run: Run) -> Iterator[str]:
    kinds = Counter(result.fault.kind for result in run.results)
    for kind, count in kinds.most_common():
        of_it = [result for result in run.results if result.fault.kind is kind]
        outcomes = Counter(result.outcome for result in of_it)
        shown = ", ".join(f"{outcomes[name]} {name}" for name in sorted(outcomes))
        yield f"{count:5} {kind.title}: {shown}"


def objections(run: Run) -> list[str]:
    """All that must not be, each with what is needed to see it again."""
    bad = [result for result in run.results if result.objections]
    found = [_told(run, result, number < _WORST) for number, result in enumerate(bad)]
    found += [f"given up: {one}" for one in run.given_up]
    found += [f"accepted and lost: {one}" for one in run.lost]
    for lane in run.lanes:
        found += [f"{lane.host.name} refused for good {one}" for one in lane.stream.refused]
    return found


def _told(run: Run, result: Result, whole: bool) -> str:
    again = f"MAILCTL_FAULTS_SEED={run.seed} MAILCTL_FAULTS_ONLY={result.fault.number}"
    client = f"{result.struck.ended} {result.struck.said[:300]}"
    text = [
        f"{result.fault}",
        f"  on {result.platform}, {result.way}; the client: {client}",
        *(f"  - {objection}" for objection in result.objections),
        f"  again: {again} python -m pytest tests/faults/test_injected_faults.py",
    ]
    if whole and result.portrait:
        text += [f"    | {line}" for line in result.portrait.splitlines()]
    return "\n".join(text)
