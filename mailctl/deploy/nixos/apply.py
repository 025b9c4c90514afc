"""Make a plan true on a host of NixOS: in one exec as everywhere, and with the same words.

The agent asks `switch` when the system with the new module is built, and `confirm` when the ports
answer; without our word it leaves, or goes back to, what was there.
"""

from __future__ import annotations

from mailctl.bundle import HostBundle
from mailctl.deploy import verdict
from mailctl.deploy.apply import (
    ATTEMPTS,
    Applied,
    Permit,
    Proceed,
    Report,
    always,
    answering,
    permitted,
    silent,
)
from mailctl.deploy.course import Course
from mailctl.deploy.host import Remote
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.nixos.look import PARTS
from mailctl.deploy.nixos.talk import Talk
from mailctl.deploy.plan import Plan
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, agent
from mailctl.deploy.terms import DEFAULT_TERMS, Terms
from mailctl.errors import Moved, Unreachable

PATIENCE = 2 * 3600
"""Seconds of silence: a build says nothing, and a system that is not in any cache takes long."""


def bring(
    remote: Remote,
    bundle: HostBundle,
    errand: Errand = DEFAULT_ERRAND,
    report: Report = silent,
    proceed: Proceed = always,
    permit: Permit = permitted,
    terms: Terms = DEFAULT_TERMS,
) -> Applied:
    """As deploy.apply.bring; `bundle` is what content.on_nixos gives. A host
    that takes back first what was cut off there is looked at again. Raises a HostError."""
    terms.refuse_bundle(bundle)
    for _ in range(ATTEMPTS - 1):
        try:
            return _bring(remote, bundle, errand, report, proceed, permit, terms)
        except Moved:
            report("looking again")
    return _bring(remote, bundle, errand, report, proceed, permit, terms)


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

    def allow(plan: Plan) -> None:
        terms.refuse_plan(remote, bundle, plan, errand)
        permit(plan)

    course = Course(answering(report, proceed))
    talk = Talk(bundle, wanted, allow, course.answer)
    script = agent(PARTS, f"wanted\t{wanted.digest}".encode(), errand)
    try:
        outcome = remote.run(script, b"", PATIENCE, talk.answer)
        plan = talk.ended(outcome)
        if plan.is_empty:
            return Applied(bundle.host, plan.base[0], changed=False)
        return Applied(bundle.host, verdict.generation(bundle.host, outcome), changed=True)
    except Unreachable as error:
        raise course.lost(error, errand, talk.base, wanted.digest) from error.__cause__
