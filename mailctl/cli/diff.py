"""`mailctl diff`: what somebody changed by hand on the hosts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.bundles import bundles_of
from mailctl.cli.hosts import access, access_options, chosen, errand
from mailctl.cli.prepare import DEFAULT_SPEC, prepare
from mailctl.cli.report import readers_option
from mailctl.cli.terminal import coloured
from mailctl.cli.unheard import say
from mailctl.errors import EXIT_CHANGES, EXIT_OK

if TYPE_CHECKING:
    from mailctl.deploy.preview import Preview


@click.command("diff")
@click.argument("hosts", metavar="[HOST]...", nargs=-1)
@click.option(
    "--spec", default=DEFAULT_SPEC, show_default=True, type=click.Path(path_type=Path),
    metavar="SPEC", help="The spec of the hosts.",
)  # fmt: skip
@access_options
@readers_option
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 when something was changed by hand."
)
def command(
    hosts: tuple[str, ...],
    spec: Path,
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
    form: str,
    detailed_exitcode: bool,
) -> int:
    """Show what somebody changed by hand on each HOST since the last apply; left out, on all.

    `-` is what mailctl laid there, `+` what stands there now. The next apply replaces it, unless
    it is told to --keep-drift. Changes nothing.
    """
    from mailctl.cli.fleet_run import run, view_of_errors
    from mailctl.deploy.connect import remote_for, way_for
    from mailctl.deploy.fleet import Fleet
    from mailctl.deploy.kinds import looked_at
    from mailctl.deploy.show.drift_text import drift_text
    from mailctl.deploy.show.json_text import drift_json
    from mailctl.deploy.waves import at_once

    prepared = prepare(spec)
    names = chosen(prepared.system, hosts)
    bundles = bundles_of(prepared)
    ways = (way_for(prepared.system, name) for name in names)
    who, way_in = errand(), access(key_files, known_hosts, ways)

    def work(name: str) -> Preview:
        with remote_for(prepared.system, prepared.system.hosts[name], way_in) as remote:
            return looked_at(remote, bundles[name], who)

    fleet: Fleet[Preview] = Fleet(work, at_once(names))
    view = view_of_errors(len(names))
    summary = run(fleet, view)
    found = [one.result for one in summary.ended if one.result is not None]
    if form == "json":
        errors = [one.error for one in summary.ended if one.error is not None]
        say(drift_json(found, errors), nl=False)
    else:
        say(coloured("".join(map(drift_text, found))), nl=False)
    view.hear(summary)
    drifted = detailed_exitcode and any(seen.plan.drift for seen in found)
    return EXIT_CHANGES if drifted and summary.exit_code == EXIT_OK else summary.exit_code
