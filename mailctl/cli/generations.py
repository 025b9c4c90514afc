"""`mailctl generations`: what a host keeps of the configurations that it had."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.hosts import access, access_options, errand
from mailctl.cli.way_in import spec_option, way_to

if TYPE_CHECKING:
    from mailctl.deploy.generations import Generation


@click.command("generations")
@click.argument("host", metavar="HOST")
@spec_option
@access_options
def command(
    host: str, spec: Path, key_files: tuple[Path, ...], known_hosts: tuple[Path, ...]
) -> None:
    """List the generations that HOST keeps; `mailctl rollback` brings one of them back.

    Generation 0 is the host as mailctl found it. HOST is a name of the spec, of which only that
    host's entry is read, or [user@]address[:port], which needs no spec.
    """
    from mailctl.deploy.connect import remote_by
    from mailctl.deploy.generations import generations

    with remote_by(way_to(host, spec), access(key_files, known_hosts)) as remote:
        kept = generations(remote, errand())
    if not kept:
        click.echo(f"{host}: nothing was ever applied")
    for generation in kept:
        click.echo(_line(generation))


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
