"""`mailctl rollback`: a former generation of a host, live again."""

from __future__ import annotations

from pathlib import Path

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
from mailctl.cli.way_in import spec_option, way_to


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

    way, who, keys = way_to(host, spec), errand(), access(key_files, known_hosts)

    def work(name: str) -> Applied:
        with remote_by(way, keys) as remote:
            return roll_back(remote, number, who, reporter(name), fleet.proceeds)

    def heard(one: Ended[Applied]) -> None:
        if one.error is not None:
            say_error(one.error)
        elif one.result is not None:
            rest = "" if one.result.changed else " already: nothing to do"
            click.echo(f"{one.host}: generation {one.result.generation} is live{rest}")

    fleet: Fleet[Applied] = Fleet(work, say_stopping)
    return farewell(fleet.run((host,), heard), stopped=not fleet.proceeds())
