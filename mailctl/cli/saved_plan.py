"""Plans in files: `plan --out FILE` writes one, `apply FILE` takes it in the place of a spec."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.selection import select
from mailctl.errors import MailctlError, PlanOutdated

if TYPE_CHECKING:
    from mailctl.bundle import HostBundle
    from mailctl.deploy.plan import Plan
    from mailctl.deploy.saved import SavedPlan
    from mailctl.model.host import Role

_HEAD = 200
"""Bytes that tell a saved plan from a spec."""

out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Save the plan, for `mailctl apply FILE`; it holds digests, no secrets.",
)


def refuse_to_overwrite(out: Path | None) -> None:
    """Raises MailctlError where the file is there and no saved plan; before any host is asked."""
    from mailctl.deploy.saved import is_saved_plan

    if out is None or not out.exists():
        return
    if not out.is_file() or not is_saved_plan(_head(out)):
        raise MailctlError(f"{out}: there is something else than a saved plan", "name another file")


def save(out: Path, spec: Path, plans: Iterable[Plan]) -> None:
    """Write the file, for its owner alone, whole or not at all. Raises OSError."""
    from mailctl.deploy.saved import written
    from mailctl.files import write_whole

    write_whole(out, written(os.path.relpath(spec, out.parent), plans), 0o600)


def opened(path: Path) -> tuple[Path, SavedPlan | None]:
    """What is given to apply: a spec, or the spec of a saved plan and the plan. Raises
    MailctlError for a plan that is damaged."""
    from mailctl.deploy.saved import is_saved_plan, read

    if not path.is_file() or not is_saved_plan(_head(path)):
        return path, None
    plan = read(str(path), path.read_bytes())
    return Path(os.path.relpath(path.parent / plan.spec)), plan


def planned(
    saved: SavedPlan,
    known: Mapping[str, frozenset[Role]],
    only: Iterable[str],
    roles: Iterable[str],
) -> tuple[str, ...]:
    """The plan's hosts that the options choose, in its order; `known` are those of the spec.
    Raises click.UsageError."""
    has = {one.host: known.get(one.host, frozenset()) for one in saved.hosts}
    return select(has, only, roles, "the plan")


def bundle_of(bundles: Mapping[str, HostBundle], name: str) -> HostBundle:
    """A host's bundle. Raises PlanOutdated for one that a plan has and the spec has no more."""
    if name not in bundles:
        raise PlanOutdated(
            name,
            "the spec has no such host any more; nothing was done",
            "make a new plan: mailctl plan --out FILE",
        )
    return bundles[name]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)
