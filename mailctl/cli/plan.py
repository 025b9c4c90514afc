"""`mailctl plan`: what apply would do, without doing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.hosts import (
    access,
    access_options,
    chosen,
    errand,
)
from mailctl.cli.prepare import prepare, spec_argument
from mailctl.cli.report import readers_option
from mailctl.cli.selection import only_option, role_option
from mailctl.cli.unheard import say
from mailctl.errors import EXIT_CHANGES, EXIT_OK

if TYPE_CHECKING:
    from mailctl.bundle import HostBundle
    from mailctl.deploy.host import Remote
    from mailctl.deploy.plan import Plan
    from mailctl.deploy.script import Errand


@click.command("plan")
@spec_argument
@only_option
@role_option
@access_options
@readers_option
@click.option("--diff", is_flag=True, help="Show what changes inside the files, too.")
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
    detailed_exitcode: bool,
) -> int:
    """Show what apply would change on the hosts of SPEC; changes nothing."""
    from mailctl.cli.fleet_run import run, view_of_errors
    from mailctl.deploy.connect import remote_for
    from mailctl.deploy.fleet import Fleet
    from mailctl.deploy.waves import waves

    prepared = prepare(spec)
    names = chosen(prepared.system, only, roles)
    bundles = {bundle.host: bundle for bundle in prepared.compile().hosts}
    who, way_in = errand(), access(key_files, known_hosts)

    def work(name: str) -> tuple[Plan, str]:
        with remote_for(prepared.system, prepared.system.hosts[name], way_in) as remote:
            return _look(remote, bundles[name], who, diff)

    fleet: Fleet[tuple[Plan, str]] = Fleet(work)
    view = view_of_errors(len(names))
    summary = run(fleet, waves(names), view)
    found = [one.result for one in summary.ended if one.result is not None]
    if form == "json":
        from mailctl.deploy.show.json_text import plans_json

        errors = [one.error for one in summary.ended if one.error is not None]
        say(plans_json([plan for plan, _ in found], errors), nl=False)
    else:
        from mailctl.deploy.show.text import plan_text

        say("".join(plan_text(plan) + text for plan, text in found), nl=False)
    view.hear(summary)
    pending = detailed_exitcode and any(not plan.is_empty for plan, _ in found)
    return EXIT_CHANGES if pending and summary.exit_code == EXIT_OK else summary.exit_code


def _look(remote: Remote, bundle: HostBundle, who: Errand, diff: bool) -> tuple[Plan, str]:
    """The plan, and the diff of its files where it is asked for."""
    from mailctl.deploy.guard import refuse_platform
    from mailctl.deploy.manifest import Manifest
    from mailctl.deploy.observe import observe
    from mailctl.deploy.plan import make_plan
    from mailctl.deploy.show.diff import plan_diff, shown_paths

    wanted = Manifest.of(bundle)
    artefacts = bundle.content.artefacts
    seen = observe(remote, wanted, who, show=shown_paths(artefacts) if diff else ())
    refuse_platform(bundle.host, bundle.platform, seen)
    plan = make_plan(bundle.host, wanted, seen)
    return plan, plan_diff(plan, artefacts, seen.texts) if diff else ""
