"""A plan for a host of NixOS, and what its own system says that a switch would do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailctl.bundle import HostBundle
from mailctl.deploy import preview as previews
from mailctl.deploy import verdict
from mailctl.deploy.host import HeardEnough, Remote
from mailctl.deploy.lines import read, read_whole
from mailctl.deploy.look import ASK
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.nixos.apply import PATIENCE
from mailctl.deploy.nixos.delivery import trial
from mailctl.deploy.nixos.look import PARTS, seen
from mailctl.deploy.nixos.planning import make_plan, refuse_host
from mailctl.deploy.plan import Kind, Plan
from mailctl.deploy.preview import Preview
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, agent
from mailctl.dns.record import Record
from mailctl.model.places import MODULE

_TRY = ("common", "work", "nixos/system", "nixos/try")
_TO_LOOK = 60
"""Seconds of silence."""


def preview(
    remote: Remote,
    bundle: HostBundle,
    records: Iterable[Record] = (),
    errand: Errand = DEFAULT_ERRAND,
    *,
    contents: bool = False,
    tries: bool = True,
) -> Preview:
    """As deploy.preview.preview. `tries`: where the module changes the host builds its system
    from a copy of its configuration, and says which units a switch would touch; that may take as
    long as a build takes. Raises a HostError, CheckRefused where it cannot be built."""
    plan = look(remote, bundle, errand)
    found = previews.fetched(remote, bundle, plan, records, errand, contents=contents)
    if not tries or not _rebuilds(plan):
        return found
    return replace(found, told=_told(remote, bundle, errand))


def look(remote: Remote, bundle: HostBundle, errand: Errand = DEFAULT_ERRAND) -> Plan:
    """What apply would do; one exec."""
    wanted = Manifest.of(bundle)

    def answer(line: str) -> bytes:
        if line == ASK:
            raise HeardEnough
        return b""

    script = agent(PARTS, f"wanted\t{wanted.digest}".encode(), errand)
    found = seen(read_whole(bundle.host, remote.run(script, b"", _TO_LOOK, answer)))
    refuse_host(bundle, found)
    return make_plan(bundle, wanted, found)


def _rebuilds(plan: Plan) -> bool:
    """Whether the module changes; secrets are none of the system's business."""
    return any(
        change.kind is Kind.FILE and change.subject.startswith(f"{MODULE}/")
        for change in plan.changes
    )


def _told(remote: Remote, bundle: HostBundle, errand: Errand) -> tuple[str, ...]:
    orders, archive = trial(bundle)
    outcome = remote.run(agent(_TRY, orders, errand), archive, PATIENCE)
    found = read(outcome.stdout)
    if found.one("end") is None:
        verdict.generation(bundle.host, outcome)  # which raises why
    return found.texts("told")
