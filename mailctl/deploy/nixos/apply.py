"""Make a plan true on a host of NixOS: in one exec as everywhere, and with the same words.

The agent asks `switch` when the system with the new module is built, and `confirm` when the ports
answer; without our word it leaves, or goes back to, what was there.
"""

from __future__ import annotations

from mailctl.bundle import HostBundle
from mailctl.deploy.apply import (
    Applied,
    Permit,
    Proceed,
    Report,
    always,
    answering,
    carried_out,
    looking_again,
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
from mailctl.errors import Unreachable

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
    return looking_again(
        lambda: _bring(remote, bundle, errand, report, proceed, permit, terms), report
    )


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
        return carried_out(remote, bundle.host, script, PATIENCE, talk)
    except Unreachable as error:
        raise course.lost(error, errand, talk.base, wanted.digest) from error.__cause__
