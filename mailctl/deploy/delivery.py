"""What travels to a host for one apply: the orders, and one archive of all that it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mailctl.bundle import Artefact, Directory
from mailctl.deploy.archive import archive
from mailctl.deploy.guard_text import guard_text
from mailctl.deploy.orders import command_orders, duties, ground_orders, orders_text, service_orders
from mailctl.deploy.pieces import BIG, pieces, runs, worth_while
from mailctl.deploy.plan import Plan
from mailctl.deploy.records import FOLDER, LAID, laid, records

NEW = f"{FOLDER}/new"
"""Where the archive has new pieces of big files; gone once these are put together."""


@dataclass(frozen=True, slots=True)
class _Load:
    """Members of the archive, and orders about them."""

    members: tuple[Artefact, ...]
    orders: tuple[str, ...] = ()


def delivery(plan: Plan, artefacts: Iterable[Artefact]) -> tuple[bytes, bytes]:
    """The orders, and the archive that follows them.

    The host copies its live generation, drops what the plan says, and unpacks the archive over
    it: files that it has already do not travel, and of big ones only the pieces that differ.
    """
    everything = tuple(artefacts)
    there = set(plan.reuse)
    lacking = [artefact for artefact in everything if artefact.path not in there]
    loads = [_load(number, artefact, plan) for number, artefact in enumerate(lacking)]
    sent = [member for load in loads for member in load.members]
    packed = archive(
        (Directory(FOLDER, mode=0o700), *plan.wanted.folders),
        (*sent, *laid(lacking), *records(plan.wanted, everything), *_guard(plan)),
    )
    number, digest = plan.base
    orders = (
        f"base\t{number}\t{digest}\t{plan.wanted.digest}",
        f"clock\t{plan.now}\t{datetime.fromtimestamp(plan.now, UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"archive\t{packed.form}\t{len(packed.content)}",
        *ground_orders(plan),
        *(f"drop\t{path}" for path in plan.drop),
        *(f"drop\t{LAID}/{path}" for path in plan.drop),
        *(order for load in loads for order in load.orders),
        *duties(plan.wanted),
        *command_orders(plan.wanted),
        *service_orders(plan),
    )
    return orders_text(orders), packed.content


def _guard(plan: Plan) -> tuple[Artefact, ...]:
    """What outlives the agent on the host, where there is not the same already."""
    guard = guard_text()
    if plan.guard == guard.version:
        return ()
    return (Artefact(f"{FOLDER}/guard.sh", guard.text, mode=0o600),)


def _load(number: int, artefact: Artefact, plan: Plan) -> _Load:
    """A file whole, or empty with what it is to be put together of."""
    old = plan.pieces.get(artefact.path)
    if old is None or len(artefact.content) < BIG:
        return _Load((artefact,))
    found = runs(old, pieces(artefact.content))
    if not worth_while(found):
        return _Load((artefact,))
    members = [replace(artefact, content=b"")]
    orders = []
    for count, run in enumerate(found):
        if run.new:
            name = f"{number}-{count}"
            content = artefact.content[run.offset : run.offset + run.length]
            members.append(Artefact(f"{NEW}/{name}", content, mode=0o600, secret=True))
            orders.append(f"piece\t{artefact.path}\tnew\t{name}")
        else:
            orders.append(f"piece\t{artefact.path}\t{run.offset}\t{run.length}")
    return _Load(tuple(members), tuple(orders))
