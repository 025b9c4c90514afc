"""`mailctl generations`: what a host keeps of the configurations that it had."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.hosts import access, access_options, errand
from mailctl.cli.selection import only_option, role_option
from mailctl.cli.unheard import say
from mailctl.cli.way_in import spec_option, targets

if TYPE_CHECKING:
    from mailctl.deploy.generations import Generation, Standing


@click.command("generations")
@click.argument("host", metavar="[HOST]", required=False)
@spec_option
@only_option
@role_option
@access_options
def command(
    host: str | None,
    spec: Path,
    only: tuple[str, ...],
    roles: tuple[str, ...],
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
) -> int:
    """List the generations that HOST keeps; `mailctl rollback` brings one of them back.

    Generation 0 is the host as mailctl found it. HOST is a name of the spec, of which only that
    host's entry is read, or [user@]address[:port], which needs no spec. Several hosts are named
    by --host and --role instead.
    """
    from mailctl.cli.fleet_run import run, view_of_errors
    from mailctl.deploy.connect import remote_by
    from mailctl.deploy.fleet import Fleet
    from mailctl.deploy.generations import standing
    from mailctl.deploy.waves import at_once

    hosts = targets(host, spec, only, roles)
    keys = access(key_files, known_hosts, (target.way for target in hosts.values()))

    def work(name: str) -> Standing:
        with remote_by(hosts[name].way, keys) as remote:
            return standing(remote, errand())

    view = view_of_errors(len(hosts))
    summary = run(Fleet(work, at_once(hosts)), view)
    for one in summary.ended:
        if one.result is not None:
            _tell(one.host, one.result, several=len(hosts) > 1)
    view.hear(summary)
    return summary.exit_code


def _tell(host: str, found: Standing, *, several: bool) -> None:
    if several:
        say(f"{host}:")
    if not found.kept:
        say(f"{host}: nothing was ever applied")
    for generation in found.kept:
        say(_line(generation))
    if found.busy:
        say(f"{host}: an apply is at work there, or was cut off and is being taken back", err=True)


def _line(generation: Generation) -> str:
    """Number, moment, platform, digest and who, in columns; the live one has a star."""
    star = "*" if generation.live else " "
    if generation.number == 0:
        return f"{star}   0  the host as it was found"
    unsure = "" if generation.confirmed else "  (never confirmed)"
    return (
        f"{star} {generation.number:3}  {generation.made}  {generation.platform}"
        f"  {generation.digest[:12]}  {generation.by}{unsure}"
    )
