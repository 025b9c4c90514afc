"""`mailctl rollback`: a former generation of a host, live again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.hosts import (
    access,
    access_options,
    errand,
    farewell,
    reporter,
    say_error,
    say_stopping,
)
from mailctl.cli.unheard import say
from mailctl.cli.way_in import spec_option, way_to
from mailctl.errors import MailctlError

if TYPE_CHECKING:
    from mailctl.deploy.generations import Way


@click.command("rollback")
@click.argument("host", metavar="HOST")
@click.argument("number", metavar="[N]", required=False, type=click.IntRange(min=0))
@spec_option
@access_options
def command(
    host: str,
    number: int | None,
    spec: Path,
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
) -> int:
    """Bring generation N of HOST back; left out, the one before the live one.

    0 takes mailctl's configuration off the host: what stood there before comes back. Mail is
    never touched. The next apply brings the spec's generation again.

    HOST is a name of the spec, of which only that host's entry is read, or
    [user@]address[:port], which needs no spec.
    """
    from mailctl.deploy.apply import Applied
    from mailctl.deploy.connect import remote_by
    from mailctl.deploy.fleet import Ended, Fleet
    from mailctl.deploy.rollback import roll_back

    way, who = way_to(host, spec), errand()
    way_in = access(key_files, known_hosts, (way,))

    def work(name: str) -> Applied:
        with remote_by(way, way_in) as remote:
            return roll_back(
                remote, number, who, reporter(name), fleet.proceeds, lambda back: _warn(spec, back)
            )

    def heard(one: Ended[Applied]) -> None:
        if one.error is not None:
            say_error(one.error)
        elif one.result is not None:
            rest = "" if one.result.changed else " already: nothing to do"
            say(f"{one.host}: generation {one.result.generation} is live{rest}")

    fleet: Fleet[Applied] = Fleet(work, say_stopping)
    return farewell(fleet.run((host,), heard), stopped=not fleet.proceeds())


def _warn(spec: Path, way: Way) -> None:
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
        say(
            f"warning: generation {way.to} signs {domain} with {key.selector}, which is "
            f"{key.state.value}: receivers refuse that; mailctl apply brings the key that signs",
            err=True,
        )
