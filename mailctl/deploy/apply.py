"""Make a plan true: one command that lays, checks, switches and probes, and asks us twice.

The agent asks `switch` when the generation lies checked beside the live one, and `confirm` when
the services answer; without our word it leaves, or goes back to, the former generation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailctl.bundle import HostBundle
from mailctl.deploy import verdict
from mailctl.deploy.archive import archive
from mailctl.deploy.guard import need, refuse_platform, refuse_to_begin
from mailctl.deploy.host import Remote
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observe import observe
from mailctl.deploy.plan import Kind, Plan, make_plan
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, command
from mailctl.deploy.terms import DEFAULT_TERMS, Terms

PARTS = ("common", "work", "prepare", "stage", "switch", "probe", "apply")
PATIENCE = 900
"""Seconds of silence after which the client gives up; packages may take minutes to install."""

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
    """Observe, plan and apply: one exec where nothing is to do, two where something is, three
    where entries of maps may go. `terms` and `permit` are asked only where something is to do.

    Raises a HostError that says what is wrong; see errors.py for which of them change nothing.
    """
    terms.refuse_bundle(bundle)
    wanted = Manifest.of(bundle)
    seen = observe(remote, wanted, errand)
    refuse_platform(bundle.host, bundle.platform, seen)
    plan = make_plan(bundle.host, wanted, seen)
    if plan.is_empty:
        return Applied(bundle.host, seen.generation, changed=False)
    refuse_to_begin(plan, seen, need(bundle.content.artefacts))
    terms.refuse_plan(remote, bundle, plan, errand)
    permit(plan)
    return apply_plan(remote, bundle, plan, errand, report, proceed)


def apply_plan(
    remote: Remote,
    bundle: HostBundle,
    plan: Plan,
    errand: Errand = DEFAULT_ERRAND,
    report: Report = silent,
    proceed: Proceed = always,
) -> Applied:
    """Carry out a plan; the host refuses it when it has moved since the plan was made.

    `report` hears each step as it begins; `proceed` is asked before the switch and before the
    confirmation, and False makes the host keep or take back its former generation.
    """
    new = set(plan.reuse)
    files = tuple(a for a in bundle.content.artefacts if a.path not in new)
    orders = _orders(plan, need(bundle.content.artefacts))
    inputs = (plan.wanted.text().encode(), orders, archive(plan.wanted.folders, files))
    argv, stdin = command(PARTS, inputs, errand)
    outcome = remote.run(argv, stdin, PATIENCE, answering(report, proceed))
    return Applied(bundle.host, verdict.generation(bundle.host, outcome), changed=True)


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


def _orders(plan: Plan, needed: tuple[int, int]) -> bytes:
    """What the agent does that its manifest does not say."""
    number, digest = plan.base
    lines = [
        f"digest\t{plan.wanted.digest}",
        f"base\t{number}\t{digest}",
        f"need\t{needed[0]} {needed[1]}",
        *(f"install\t{name}" for name in plan.subjects(Kind.PACKAGE, "install")),
        *(f"reuse\t{path}" for path in plan.reuse),
        *service_orders(plan),
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def service_orders(plan: Plan) -> list[str]:
    """The orders about services, in the plan's order."""
    verbs = ("enable", "restart", "reload", "retire")
    orders = [
        f"{change.action}\t{change.subject}"
        for change in plan.changes
        if change.kind is Kind.SERVICE and change.action in verbs
    ]
    return [*(["systemd-reload\tyes"] if plan.reloads_systemd else []), *orders]
