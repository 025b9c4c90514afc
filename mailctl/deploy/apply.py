"""Make a plan true: one command that lays, checks, switches and probes, and asks us twice.

The agent asks `switch` when the generation lies checked beside the live one, and `confirm` when
the services answer; without our word it leaves, or goes back to, the former generation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mailctl.bundle import HostBundle
from mailctl.deploy import verdict
from mailctl.deploy.delivery import delivery
from mailctl.deploy.guard import need, refuse_platform, refuse_to_begin
from mailctl.deploy.host import Outcome, Remote
from mailctl.deploy.lines import read_whole
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Observation, observation
from mailctl.deploy.observe import PARTS as OBSERVE
from mailctl.deploy.observe import questions
from mailctl.deploy.plan import Plan, make_plan
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, command, continuation
from mailctl.errors import Moved, Unreachable

PARTS = ("common", "work", "prepare", "stage", "switch", "probe", "guard", "apply")
PATIENCE = 900
"""Seconds of silence after which the client gives up; packages may take minutes to install."""

_ATTEMPTS = 3
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
) -> Applied:
    """Observe, plan and apply, in one exec: the agent says what is there and waits for orders.
    `permit` is asked only where something is.

    Raises a HostError that says what is wrong; see errors.py for which of them change nothing.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _bring(remote, bundle, errand, report, proceed, permit)
        except Moved:
            report("looking again")
    return _bring(remote, bundle, errand, report, proceed, permit)


def _bring(
    remote: Remote,
    bundle: HostBundle,
    errand: Errand,
    report: Report,
    proceed: Proceed,
    permit: Permit,
) -> Applied:
    visit = _Visit(bundle, errand, report, proceed, permit)
    argv, stdin = command(OBSERVE, questions(visit.wanted, stay=True), errand)
    outcome = remote.run(argv, stdin, PATIENCE, visit.answer)
    if visit.seen is None:
        # it never asked for orders; this raises what it said instead
        read_whole(bundle.host, outcome)
        raise Unreachable(bundle.host, "the agent ended before it was told what to do")
    if not visit.ordered:
        return Applied(bundle.host, visit.seen.generation, changed=False)
    return Applied(bundle.host, verdict.generation(bundle.host, outcome), changed=True)


@dataclass(slots=True)
class _Visit:
    """One command on a host: it says what is there, is told what to do, and does it."""

    bundle: HostBundle
    errand: Errand
    report: Report
    proceed: Proceed
    permit: Permit
    wanted: Manifest = field(init=False)
    seen: Observation | None = None
    ordered: bool = False
    _said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wanted = Manifest.of(self.bundle)

    def answer(self, line: str) -> bytes:
        """The client's side, line by line."""
        if line != "ask\torders":
            self._said.append(line)
            return answering(self.report, self.proceed)(line)
        facts = "\n".join(self._said).encode()
        found = read_whole(self.bundle.host, Outcome(0, facts, b""))
        self.seen = observation(found, self.wanted, self.errand.root)
        plan = self._plan(self.seen)
        if plan.is_empty:
            return b"stop\n"
        self.ordered = True
        return continuation(PARTS, *delivery(plan, self.bundle.content.artefacts))

    def _plan(self, seen: Observation) -> Plan:
        """What is to be done; raises the reason why nothing may be."""
        refuse_platform(self.bundle.host, self.bundle.platform, seen)
        plan = make_plan(self.bundle.host, self.wanted, seen)
        if not plan.is_empty:
            refuse_to_begin(plan, seen, need(self.bundle.content.artefacts))
            self.permit(plan)
        return plan


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
