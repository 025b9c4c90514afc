"""What the agent is told to do, line by line: a kind and its fields, separated by tabs.

They come from the plan, so that what was shown is what is done, and nothing that is right
already costs the host a process.
"""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.deploy.manifest import Manifest
from mailctl.deploy.plan import Kind, Plan

_TOLD_ABOUT_SERVICES = ("enable", "restart", "reload", "start", "retire", "end")
_OF_THE_GROUND = {
    "account": Kind.ACCOUNT,
    "directory": Kind.DIRECTORY,
    "certificate": Kind.CERTIFICATE,
    "provisional": Kind.CERTIFICATE,
}
"""Kinds of manifest lines that are orders too, where the plan changes what they name."""


def orders_text(lines: Iterable[str]) -> bytes:
    """The orders as the agent reads them."""
    return "".join(f"{line}\n" for line in lines).encode()


def ground_orders(plan: Plan) -> Iterable[str]:
    """What a generation stands on: packages, accounts, folders of the host, its certificate."""
    yield from (f"origin\t{unit}\t{active}\t{enabled}" for unit, active, enabled in plan.origins)
    if any(change.kind is Kind.LINK for change in plan.changes):
        yield "links\tyes"
    yield from (f"install\t{name}" for name in plan.subjects(Kind.PACKAGE, "install"))
    changed = {(change.kind, change.subject) for change in plan.changes}
    for line in plan.wanted.questions():
        kind, *fields = line.split("\t")
        named = fields[-1] if kind == "directory" else fields[0]
        if (_OF_THE_GROUND.get(kind), named) in changed:
            yield line


def command_orders(wanted: Manifest) -> Iterable[str]:
    """The builds and checks, in their order."""
    return (line for line in wanted.lines() if line.startswith(("build\t", "check\t")))


def duties(wanted: Manifest) -> Iterable[str]:
    """What the host has to do when all is well, for the probes."""
    return (line for line in wanted.lines() if line.startswith(("service\t", "port\t", "probe\t")))


def service_orders(plan: Plan) -> list[str]:
    """The orders about services, in the plan's order."""
    orders = [
        f"{change.action}\t{change.subject}"
        for change in plan.changes
        if change.kind is Kind.SERVICE and change.action in _TOLD_ABOUT_SERVICES
    ]
    return [*(["systemd-reload\tyes"] if plan.reloads_systemd else []), *orders]
