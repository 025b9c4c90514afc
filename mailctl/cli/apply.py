"""`mailctl apply`: bring the hosts to what the spec says."""

from __future__ import annotations

from pathlib import Path

import click

from mailctl.cli.hosts import (
    access,
    access_options,
    chosen,
    errand,
    farewell,
    only_option,
    reporter,
    say_error,
    say_stopping,
)
from mailctl.cli.prepare import prepare, spec_argument


@click.command("apply")
@spec_argument
@only_option
@access_options
def command(
    spec: Path, only: tuple[str, ...], key_files: tuple[Path, ...], known_hosts: tuple[Path, ...]
) -> int:
    """Bring the hosts of SPEC to what it says, all at once.

    On each host: install what is missing, lay the new generation beside the live one, let the
    daemons check it, switch, tell the services, see that they answer. Whatever fails, the host
    keeps or goes back to its former generation. Exit code: 0 done, 3 some hosts failed, 1 all.
    """
    from mailctl.deploy.apply import Applied, bring
    from mailctl.deploy.connect import remote_for
    from mailctl.deploy.fleet import Ended, Fleet

    prepared = prepare(spec)
    names = chosen(prepared.system, only)
    bundles = {bundle.host: bundle for bundle in prepared.compile().hosts}
    who, way_in = errand(), access(key_files, known_hosts)

    def work(name: str) -> Applied:
        with remote_for(prepared.system, prepared.system.hosts[name], way_in) as remote:
            return bring(remote, bundles[name], who, reporter(name), fleet.proceeds)

    def heard(one: Ended[Applied]) -> None:
        if one.error is not None:
            say_error(one.error)
        elif one.result is not None:
            click.echo(f"{one.host}: {_said(one.result)}")

    fleet: Fleet[Applied] = Fleet(work, say_stopping)
    return farewell(fleet.run(names, heard), stopped=not fleet.proceeds())


def _said(applied: object) -> str:
    from mailctl.deploy.apply import Applied

    if not isinstance(applied, Applied) or not applied.changed:
        return "nothing to do"
    return f"generation {applied.generation} is live"
