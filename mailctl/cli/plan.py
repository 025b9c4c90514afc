"""`mailctl plan`: what apply would do, without doing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.bundles import bundles_of
from mailctl.cli.hosts import (
    access,
    access_options,
    chosen,
    errand,
)
from mailctl.cli.prepare import prepare, spec_argument
from mailctl.cli.report import readers_option
from mailctl.cli.saved_plan import out_option, refuse_to_overwrite, save
from mailctl.cli.selection import only_option, role_option
from mailctl.cli.terminal import coloured
from mailctl.cli.unheard import say
from mailctl.errors import EXIT_CHANGES, EXIT_OK

if TYPE_CHECKING:
    from mailctl.deploy.preview import Preview


@click.command("plan")
@spec_argument
@only_option
@role_option
@access_options
@readers_option
@click.option("--diff", is_flag=True, help="Show what changes inside files, and keys of maps.")
@out_option
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 when there is something to do."
)
def command(
    spec: Path,
    only: tuple[str, ...],
    roles: tuple[str, ...],
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
    form: str,
    diff: bool,
    out: Path | None,
    detailed_exitcode: bool,
) -> int:
    """Show what apply would change on the hosts of SPEC; changes nothing.

    What somebody changed by hand on a host is shown apart: apply would replace it.
    A host of NixOS builds itself from a copy of its configuration, and says which units it would
    touch; where nobody has built the like before that takes its time.
    """
    from mailctl.cli.fleet_run import run, view_of_errors
    from mailctl.deploy.connect import remote_for, way_for
    from mailctl.deploy.fleet import Fleet
    from mailctl.deploy.kinds import planned
    from mailctl.deploy.waves import at_once

    refuse_to_overwrite(out)
    prepared = prepare(spec)
    names = chosen(prepared.system, only, roles)
    bundles = bundles_of(prepared)
    ways = (way_for(prepared.system, name) for name in names)
    who, way_in = errand(), access(key_files, known_hosts, ways)

    def work(name: str) -> Preview:
        with remote_for(prepared.system, prepared.system.hosts[name], way_in) as remote:
            return planned(remote, bundles[name], prepared.records, who, contents=diff)

    fleet: Fleet[Preview] = Fleet(work, at_once(names))
    view = view_of_errors(len(names))
    summary = run(fleet, view)
    found = [one.result for one in summary.ended if one.result is not None]
    if form == "json":
        from mailctl.deploy.show.json_text import plans_json

        errors = [one.error for one in summary.ended if one.error is not None]
        say(plans_json(found, errors, keys=diff), nl=False)
    else:
        say(coloured("".join(_text(seen, diff) for seen in found)), nl=False)
    if out is not None:
        save(out, spec, [seen.plan for seen in found])
    view.hear(summary)
    pending = detailed_exitcode and any(not seen.plan.is_empty for seen in found)
    return EXIT_CHANGES if pending and summary.exit_code == EXIT_OK else summary.exit_code


def _text(seen: Preview, diff: bool) -> str:
    """The plan, what was changed by hand in files, and the files' own changes if asked for."""
    from mailctl.deploy.show.diff import drift_diffs, file_diffs
    from mailctl.deploy.show.text import plan_text

    return plan_text(seen, keys=diff) + drift_diffs(seen) + (file_diffs(seen) if diff else "")
