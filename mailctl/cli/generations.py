"""`mailctl generations`: what a host keeps of the configurations that it had."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.hosts import access, access_options, chosen, errand
from mailctl.cli.prepare import DEFAULT_SPEC, load_system

if TYPE_CHECKING:
    from mailctl.deploy.generations import Generation

spec_option = click.option(
    "--spec",
    default=DEFAULT_SPEC,
    show_default=True,
    type=click.Path(path_type=Path),
    metavar="SPEC",
    help="The spec that says where the host is.",
)


@click.command("generations")
@click.argument("host", metavar="HOST")
@spec_option
@access_options
def command(
    host: str, spec: Path, key_files: tuple[Path, ...], known_hosts: tuple[Path, ...]
) -> None:
    """List the generations that HOST keeps; `mailctl rollback` brings one of them back.

    Generation 0 is the host as mailctl found it.
    """
    from mailctl.deploy.connect import remote_for
    from mailctl.deploy.generations import generations

    system = load_system(spec)
    (name,) = chosen(system, (host,))
    with remote_for(system, system.hosts[name], access(key_files, known_hosts)) as remote:
        kept = generations(remote, errand())
    if not kept:
        click.echo(f"{name}: nothing was ever applied")
    for generation in kept:
        click.echo(_line(generation))


def _line(generation: Generation) -> str:
    """Number, moment, digest and who, in columns; the live one has a star."""
    star = "*" if generation.live else " "
    if generation.number == 0:
        return f"{star}   0  the host as it was found"
    unsure = "" if generation.confirmed else "  (never confirmed)"
    return (
        f"{star} {generation.number:3}  {generation.made}  {generation.digest[:12]}"
        f"  {generation.by}{unsure}"
    )
