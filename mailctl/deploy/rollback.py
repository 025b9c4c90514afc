"""Back to a generation that the host still keeps: the same switch as apply's, and its probes."""

from __future__ import annotations

from collections.abc import Callable

from mailctl.deploy import verdict
from mailctl.deploy.apply import Applied, Proceed, Report, always, answering, silent
from mailctl.deploy.course import Course
from mailctl.deploy.generations import Way, way_to
from mailctl.deploy.guard import refuse_other_release
from mailctl.deploy.guard_text import guard_text
from mailctl.deploy.host import Remote
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.nixos import rollback as nixos
from mailctl.deploy.orders import orders_text
from mailctl.deploy.plan import is_below
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, agent
from mailctl.errors import Unreachable

_PARTS = ("common", "work", "switch", "probe", "mail", "guard", "rollback")
_PATIENCE = 300


def permitted(_: Way) -> None:
    """For callers who ask nobody."""


def roll_back(
    remote: Remote,
    number: int | None = None,
    errand: Errand = DEFAULT_ERRAND,
    report: Report = silent,
    proceed: Proceed = always,
    permit: Callable[[Way], None] = permitted,
) -> Applied:
    """Switch to generation `number`, None for the one before the live one; two execs,
    one where it is live already.

    0 is the host as it was found: our links go, what stood there comes back, and services stand
    as they stood. Mail, accounts and packages stay. A generation of a release that the host has
    left is refused. `permit` is told the way before it is gone, and may raise. Raises a HostError.
    """
    way = way_to(remote, number, errand)
    if way.to == way.base[0]:
        return Applied(remote.name, way.to, changed=False)
    refuse_other_release(remote.name, way)
    permit(way)
    script, stdin, patience = _sent(way, errand)
    # the orders are the order to switch; the agent asks for no other
    course = Course(answering(report, proceed), ordered=True)
    try:
        outcome = remote.run(script, stdin, patience, course.answer)
        return Applied(remote.name, verdict.generation(remote.name, outcome), changed=True)
    except Unreachable as error:
        wanted = way.wanted.digest if way.wanted else ""
        raise course.lost(error, errand, way.base[0], wanted) from error.__cause__


def _sent(way: Way, errand: Errand) -> tuple[bytes, bytes, float]:
    """The script, what it reads up to the first question, and seconds of silence."""
    if nixos.is_nixos(way):
        return agent(nixos.PARTS, nixos.orders(way), errand), b"", nixos.PATIENCE
    guard = guard_text().text
    return agent(_PARTS, _orders(way, len(guard)), errand), guard, _PATIENCE


def _orders(way: Way, guard: int) -> bytes:
    """`guard` is the size in bytes of the guard that follows."""
    base = f"base\t{way.base[0]}\t{way.base[1]}\t{way.to}"
    return orders_text([base, f"guard\t{guard}", *_services(way)])


def _services(way: Way) -> list[str]:
    """Every service is told, for a rollback is rare and a reload harmless; those restart whose
    restart_on has changed, or that the live generation does not have."""
    former = way.former or Manifest(platform="")
    wanted = way.wanted or Manifest(platform="")
    touched = _touched(former, wanted)
    known = {service.unit for service in former.services}
    orders = ["systemd-reload\tyes"] if is_below(touched, ("systemd", "/etc/systemd")) else []
    for service in wanted.services:
        again = service.unit not in known or is_below(touched, service.restart_on)
        verb = "start" if not service.is_told else "restart" if again else "reload"
        orders += [f"enable\t{service.unit}", f"{verb}\t{service.unit}"]
    stay = {service.unit for service in wanted.services}
    return [*orders, *(f"retire\t{unit}" for unit in sorted(known - stay))]


def _touched(former: Manifest, wanted: Manifest) -> frozenset[str]:
    """Paths of the generation, and links on the host, that are not the same in both."""
    files = {*former.files} ^ {*wanted.files}
    folders = {*former.folders} ^ {*wanted.folders}
    links = {*former.links} ^ {*wanted.links}
    return frozenset(
        (
            *(entry.path for entry in files),
            *(folder.path for folder in folders),
            *(link.path for link in links),
            *(link.target for link in links),
        )
    )
