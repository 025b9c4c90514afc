"""`mailctl plan`: what apply would do, without doing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.colour import coloured
from mailctl.cli.hosts import (
    access,
    access_options,
    chosen,
    errand,
    farewell,
    only_option,
    say_error,
)
from mailctl.cli.prepare import prepare, spec_argument
from mailctl.cli.report import readers_option
from mailctl.cli.saved_plan import out_option, refuse_to_overwrite, save
from mailctl.cli.unheard import say
from mailctl.errors import EXIT_CHANGES, EXIT_OK

if TYPE_CHECKING:
    from mailctl.deploy.preview import Preview


@click.command("plan")
@spec_argument
@only_option
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
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
    form: str,
    diff: bool,
    out: Path | None,
    detailed_exitcode: bool,
) -> int:
    """Show what apply would change on the hosts of SPEC; changes nothing.

    What somebody changed by hand on a host is shown apart: apply would replace it.
    """
    from mailctl.deploy.connect import remote_for
    from mailctl.deploy.fleet import Fleet
    from mailctl.deploy.preview import preview

    refuse_to_overwrite(out)
    prepared = prepare(spec)
    names = chosen(prepared.system, only)
    bundles = {bundle.host: bundle for bundle in prepared.compile().hosts}
    who, way_in = errand(), access(key_files, known_hosts)

    def work(name: str) -> Preview:
        with remote_for(prepared.system, prepared.system.hosts[name], way_in) as remote:
            return preview(remote, bundles[name], prepared.records, who, contents=diff)

    fleet: Fleet[Preview] = Fleet(work)
    ended = fleet.run(names, lambda one: say_error(one.error) if one.error else None)
    found = [one.result for one in ended if one.result is not None]
    if form == "json":
        from mailctl.deploy.show.json_text import plans_json

        errors = [one.error for one in ended if one.error is not None]
        say(plans_json(found, errors, keys=diff), nl=False)
    else:
        say(coloured("".join(_text(seen, diff) for seen in found)), nl=False)
    if out is not None:
        save(out, spec, [seen.plan for seen in found])
    code = farewell(ended, stopped=not fleet.proceeds())
    pending = detailed_exitcode and any(not seen.plan.is_empty for seen in found)
    return EXIT_CHANGES if pending and code == EXIT_OK else code


def _text(seen: Preview, diff: bool) -> str:
    """The plan, what was changed by hand in files, and the files' own changes if asked for."""
    from mailctl.deploy.show.diff import drift_diffs, file_diffs
    from mailctl.deploy.show.text import plan_text

    return plan_text(seen, keys=diff) + drift_diffs(seen) + (file_diffs(seen) if diff else "")
