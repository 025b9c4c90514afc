"""`mailctl apply`: bring the hosts to what the spec says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.bundles import bundles_of
from mailctl.cli.fleet_options import Rollout, Telling, rollout_options, telling_options
from mailctl.cli.hosts import access, access_options, errand, roles_of
from mailctl.cli.prepare import prepare, spec_argument
from mailctl.cli.resolving import resolver_option
from mailctl.cli.saved_plan import bundle_of, opened, planned
from mailctl.cli.selection import only_option, role_option, select
from mailctl.cli.terms import terms, terms_options

if TYPE_CHECKING:
    from mailctl.cli.first_certificates import FirstCertificates
    from mailctl.cli.keys_in_dns import KeysInDns
    from mailctl.deploy.apply import Applied
    from mailctl.deploy.events import Event, Sink
    from mailctl.deploy.host import Remote
    from mailctl.deploy.plan import Plan
    from mailctl.resolver.answer import Server


@click.command("apply")
@spec_argument
@only_option
@role_option
@rollout_options
@telling_options
@access_options
@terms_options
@resolver_option()
@click.option(
    "--no-dns-check",
    "unchecked",
    is_flag=True,
    help="Do not ask DNS for the DKIM keys that the hosts will sign with, nor for the pinned keys "
    "of TLS that they will show.",
)
def command(
    spec: Path,
    only: tuple[str, ...],
    roles: tuple[str, ...],
    rollout: Rollout,
    telling: Telling,
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
    keep_drift: bool,
    allow_removals: bool,
    resolver: Server | None,
    unchecked: bool,
) -> int:
    """Bring the hosts of SPEC to what it says.

    Of hosts that share a role the first one of SPEC goes first; the others are looked at, but
    changed only when it is well, and left as they are when it is not. Hosts that have no role
    in common do not wait for each other. --canary and --all-at-once say otherwise.

    SPEC may be a plan that `mailctl plan --out` has saved: then the hosts of that plan, as long
    as neither the spec nor the host has changed since.

    On each host: install what is missing, lay the new generation beside the live one, let the
    daemons check it, switch, tell the services, see that they answer. Whatever fails, the host
    keeps or goes back to its former generation. A host that would sign with a DKIM key which
    not all name servers have yet, or show a key that its TLSA records do not name, is left as it
    is. Two at once cannot be at work on a host: the
    second one says who is (--wait waits for the end).

    A host of NixOS is brought a module, which its configuration imports from /etc/nixos/mailctl,
    and its secrets; it builds itself with the module before anything is switched.

    Ctrl-C and SIGTERM stop in a known state: hosts that have not switched keep what they have,
    the others go back. The second one leaves them to do so alone.

    Exit code: 0 done, 1 all hosts failed, 3 some did, or somebody else was at work there; 130 and
    143 when it was stopped.
    """
    from mailctl.cli.first_certificates import FirstCertificates
    from mailctl.cli.fleet_run import run, view_of_changes
    from mailctl.cli.keys_in_dns import KeysInDns
    from mailctl.deploy.attempt import Attempt
    from mailctl.deploy.connect import remote_for, way_for
    from mailctl.deploy.fleet import Fleet
    from mailctl.deploy.kinds import bring

    spec, saved = opened(spec)
    prepared = prepare(spec, quiet=telling.quiet)
    known = roles_of(prepared.system)
    names = planned(saved, known, only, roles) if saved else select(known, only, roles)
    waves = rollout.waves({name: known.get(name, frozenset()) for name in names})
    agreed = terms(keep_drift, allow_removals, saved)
    bundles = bundles_of(prepared)
    ways = (way_for(prepared.system, name) for name in names if name in known)
    who, way_in = errand(), access(key_files, known_hosts, ways)

    def work(name: str) -> Applied:
        bundle = bundle_of(bundles, name)
        asks_dns = keys.permit_for(name)

        def permit(plan: Plan) -> None:
            fleet.turn(name)
            asks_dns(plan)
            certificates.look(host, plan, bundle.content.provisional)

        def act(remote: Remote) -> Applied:
            return bring(remote, bundle, who, step, fleet.proceeds, permit, agreed)

        step = fleet.step(name)
        host = prepared.system.hosts[name]
        return Attempt(
            lambda: remote_for(prepared.system, host, way_in),
            *(who, step, fleet.proceeds, fleet.pause),
            wait=rollout.wait,
        ).make(act)

    fleet: Fleet[Applied] = Fleet(work, waves, rollout.parallel, rollout.max_failures)
    certificates = FirstCertificates()
    keys = KeysInDns(prepared, resolver, not unchecked, partial(fleet.note, warning=True))
    view = view_of_changes(telling, len(names))
    summary = run(fleet, Noting(view, keys, certificates))
    view.hear(summary)
    return summary.exit_code


@dataclass(frozen=True, slots=True)
class Noting:
    """Notes each host that is well, in the thread that hears of it, and tells what that brought."""

    view: Sink[Applied]
    keys: KeysInDns
    certificates: FirstCertificates

    def hear(self, event: Event[Applied]) -> None:
        from mailctl.deploy.events import Ended

        self.view.hear(event)
        if isinstance(event, Ended) and event.result is not None:
            for note in (*self.keys.noted(event.host), *self.certificates.noted(event.host)):
                self.view.hear(note)
