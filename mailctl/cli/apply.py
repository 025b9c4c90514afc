"""`mailctl apply`: bring the hosts to what the spec says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
from mailctl.cli.keys_in_dns import KeysInDns
from mailctl.cli.prepare import prepare, spec_argument
from mailctl.cli.resolving import resolver_option
from mailctl.cli.saved_plan import bundle_of, opened, planned
from mailctl.cli.terms import terms, terms_options
from mailctl.cli.unheard import say

if TYPE_CHECKING:
    from mailctl.deploy.apply import Applied
    from mailctl.resolver.answer import Server


@click.command("apply")
@spec_argument
@only_option
@access_options
@terms_options
@resolver_option()
@click.option(
    "--no-dns-check",
    "unchecked",
    is_flag=True,
    help="Do not ask DNS whether it has the DKIM keys that the hosts will sign with.",
)
def command(
    spec: Path,
    only: tuple[str, ...],
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
    keep_drift: bool,
    allow_removals: bool,
    resolver: Server | None,
    unchecked: bool,
) -> int:
    """Bring the hosts of SPEC to what it says, all at once.

    SPEC may be a plan that `mailctl plan --out` has saved: then the hosts of that plan, as long
    as neither the spec nor the host has changed since.

    On each host: install what is missing, lay the new generation beside the live one, let the
    daemons check it, switch, tell the services, see that they answer. Whatever fails, the host
    keeps or goes back to its former generation. A host that would sign with a DKIM key which
    not all name servers have yet is left as it is. Exit code: 0 done, 3 some hosts failed, 1 all.
    """
    from mailctl.deploy.apply import bring
    from mailctl.deploy.connect import remote_for
    from mailctl.deploy.fleet import Ended, Fleet

    spec, saved = opened(spec)
    prepared = prepare(spec)
    names = planned(saved, only) if saved else chosen(prepared.system, only)
    agreed = terms(keep_drift, allow_removals, saved)
    bundles = {bundle.host: bundle for bundle in prepared.compile().hosts}
    who, way_in = errand(), access(key_files, known_hosts)
    keys = KeysInDns(prepared, resolver, asked=not unchecked)

    def work(name: str) -> Applied:
        bundle = bundle_of(bundles, name)
        with remote_for(prepared.system, prepared.system.hosts[name], way_in) as remote:
            return bring(
                remote,
                bundle,
                who,
                reporter(name),
                fleet.proceeds,
                keys.permit_for(name),
                agreed,
            )

    def heard(one: Ended[Applied]) -> None:
        if one.error is not None:
            say_error(one.error)
        elif one.result is not None:
            say(f"{one.host}: {_said(one.result)}")
            keys.note(one.host)

    fleet: Fleet[Applied] = Fleet(work, say_stopping)
    return farewell(fleet.run(names, heard), stopped=not fleet.proceeds())


def _said(applied: Applied) -> str:
    return f"generation {applied.generation} is live" if applied.changed else "nothing to do"
