"""Make a plan true: one command that lays, checks, switches and probes, and asks us twice.

The agent asks `switch` when the generation lies checked beside the live one, and `confirm` when
the services answer; without our word it leaves, or goes back to, the former generation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mailctl.bundle import HostBundle
from mailctl.deploy import verdict
from mailctl.deploy.course import Course
from mailctl.deploy.guard import need, refuse_platform, refuse_to_begin
from mailctl.deploy.host import Outcome, Remote
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Observation
from mailctl.deploy.observe import PARTS as OBSERVE
from mailctl.deploy.observe import questions
from mailctl.deploy.plan import Plan, make_plan
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, agent
from mailctl.deploy.terms import DEFAULT_TERMS, Terms
from mailctl.deploy.visit import Visit
from mailctl.errors import Moved, Unreachable

PATIENCE = 900
"""Seconds of silence after which the client gives up; packages may take minutes to install."""

ATTEMPTS = 3
"""A host that goes back by itself just now is looked at again; more than that is somebody else."""

Report = Callable[[str], None]
Proceed = Callable[[], bool]
Permit = Callable[[Plan], None]
"""Looks at a plan before anything is done; raises a HostError to refuse it."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it: the generation that is live now; `changed` false means nothing was to do."""

    host: str
    generation: int
    changed: bool


def silent(_: str) -> None:
    """For callers who do not want to hear of steps."""


def always() -> bool:
    """For callers who never stop half-way."""
    return True


def permitted(_: Plan) -> None:
    """For callers who ask nobody."""


def bring(
    remote: Remote,
    bundle: HostBundle,
    errand: Errand = DEFAULT_ERRAND,
    report: Report = silent,
    proceed: Proceed = always,
    permit: Permit = permitted,
    terms: Terms = DEFAULT_TERMS,
) -> Applied:
    """Observe, plan and apply, in one exec: the agent says what is there and waits for orders.
    Another one reads maps of which entries may go. `terms` and `permit` are asked only where
    something is to do.

    Raises a HostError that says what is wrong; see errors.py for which of them change nothing.
    """
    terms.refuse_bundle(bundle)
    return looking_again(
        lambda: _bring(remote, bundle, errand, report, proceed, permit, terms), report
    )


def looking_again(attempt: Callable[[], Applied], report: Report) -> Applied:
    """The attempt, and another one where the host has moved since it was looked at."""
    for _ in range(ATTEMPTS - 1):
        try:
            return attempt()
        except Moved:
            report("looking again")
    return attempt()


def _bring(
    remote: Remote,
    bundle: HostBundle,
    errand: Errand,
    report: Report,
    proceed: Proceed,
    permit: Permit,
    terms: Terms,
) -> Applied:
    wanted = Manifest.of(bundle)

    def decide(seen: Observation) -> Plan:
        refuse_platform(bundle.host, bundle.platform, seen)
        plan = make_plan(bundle.host, wanted, seen)
        if not plan.is_empty:
            refuse_to_begin(plan, seen, need(bundle.content.artefacts))
            terms.refuse_plan(remote, bundle, plan, errand)
            permit(plan)
        return plan

    course = Course(answering(report, proceed))
    visit = Visit(bundle, wanted, errand.root, decide, course.answer)
    script = agent(OBSERVE, questions(wanted), errand)
    try:
        return carried_out(remote, bundle.host, script, PATIENCE, visit)
    except Unreachable as error:
        raise course.lost(error, errand, visit.base, wanted.digest) from error.__cause__


class Conversation(Protocol):
    """The client's side of one command that looks, is told, and acts."""

    def answer(self, line: str) -> bytes:
        """To one line of the agent."""

    def ended(self, outcome: Outcome) -> Plan:
        """The plan that was made; raises why there was none."""


def carried_out(
    remote: Remote, host: str, script: bytes, patience: float, talk: Conversation
) -> Applied:
    """Run the command, and say what came of it; `patience` is seconds of silence."""
    outcome = remote.run(script, b"", patience, talk.answer)
    plan = talk.ended(outcome)
    if plan.is_empty:
        return Applied(host, plan.base[0], changed=False)
    return Applied(host, verdict.generation(host, outcome), changed=True)


def answering(report: Report, proceed: Proceed) -> Callable[[str], bytes]:
    """The client's side of the conversation."""

    def answer(line: str) -> bytes:
        kind, _, text = line.partition("\t")
        if kind == "step":
            report(text)
        if kind != "ask":
            return b""
        return f"{text}\n".encode() if proceed() else b"stop\n"

    return answer
