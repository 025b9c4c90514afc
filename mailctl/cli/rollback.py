"""`mailctl rollback`: a former generation of a host, live again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.fleet_options import Rollout, Telling, rollout_options, telling_options
from mailctl.cli.hosts import access, access_options, errand
from mailctl.cli.selection import only_option, role_option
from mailctl.cli.way_in import spec_option, targets
from mailctl.errors import MailctlError

if TYPE_CHECKING:
    from mailctl.deploy.apply import Applied
    from mailctl.deploy.generations import Way
    from mailctl.deploy.host import Remote


@click.command("rollback")
@click.argument("host", metavar="[HOST]", required=False)
@click.argument("number", metavar="[N]", required=False, type=click.IntRange(min=0))
@spec_option
@only_option
@role_option
@rollout_options
@telling_options
@access_options
def command(
    host: str | None,
    number: int | None,
    spec: Path,
    only: tuple[str, ...],
    roles: tuple[str, ...],
    rollout: Rollout,
    telling: Telling,
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
) -> int:
    """Bring generation N of HOST back; left out, the one before the live one.

    0 takes mailctl's configuration off the host: what stood there before comes back. Mail is
    never touched. The next apply brings the spec's generation again.

    HOST is a name of the spec, of which only that host's entry is read, or
    [user@]address[:port], which needs no spec. With --host or --role instead of HOST, each of
    these hosts returns to the one before its own live one: leave out those whose last apply
    failed. Of hosts that share a role the first one goes first, as in apply.
    """
    from mailctl.cli.fleet_run import run, view_of_changes
    from mailctl.deploy.attempt import Attempt
    from mailctl.deploy.connect import remote_by
    from mailctl.deploy.fleet import Fleet
    from mailctl.deploy.rollback import roll_back

    hosts, who, keys = targets(host, spec, only, roles), errand(), access(key_files, known_hosts)
    waves = rollout.waves({name: target.roles for name, target in hosts.items()})

    def work(name: str) -> Applied:
        def act(remote: Remote) -> Applied:
            return roll_back(remote, number, who, step, fleet.proceeds, permit)

        def permit(back: Way) -> None:
            fleet.turn(name)
            for text in _warnings(spec, back):
                fleet.note(name, text, warning=True)

        step = fleet.step(name)
        return Attempt(
            lambda: remote_by(hosts[name].way, keys),
            *(who, step, fleet.proceeds, fleet.pause),
            wait=rollout.wait,
        ).make(act)

    fleet: Fleet[Applied] = Fleet(work, waves, rollout.parallel, rollout.max_failures)
    view = view_of_changes(telling, len(hosts))
    summary = run(fleet, view)
    view.hear(summary)
    return summary.exit_code


def _warnings(spec: Path, way: Way) -> Iterator[str]:
    """Of keys that the generation would sign with and nobody trusts any more, as far as the
    files beside the spec tell; a rollback works without them."""
    from mailctl.deploy.signing import kept_selectors
    from mailctl.rotation.effective import distrusted
    from mailctl.rotation.store import read_all

    if way.wanted is None:
        return
    kept = kept_selectors(way.wanted)
    try:
        rotations = read_all(spec.parent, kept)
    except (MailctlError, OSError):
        return
    for domain, key in distrusted(rotations, kept):
        yield (
            f"generation {way.to} signs {domain} with {key.selector}, which is "
            f"{key.state.value}: receivers refuse that; mailctl apply brings the key that signs"
        )
