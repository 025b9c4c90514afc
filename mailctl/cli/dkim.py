"""`mailctl dkim`: replace DKIM keys, step by step, each step only when the one before holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.hosts import access, access_options, errand
from mailctl.cli.keys_in_dns import now
from mailctl.cli.prepare import spec_argument
from mailctl.cli.report import readers_option
from mailctl.cli.resolving import owners_view, resolver_option
from mailctl.cli.steps import take_each
from mailctl.cli.unheard import say
from mailctl.errors import EXIT_OK, HostError, MailctlError
from mailctl.model.settings import KeyKind

if TYPE_CHECKING:
    from mailctl.deploy.access import Access
    from mailctl.model.names import DomainName
    from mailctl.model.system import System
    from mailctl.resolver.answer import Server
    from mailctl.rotation.desk import Desk, LiveSelectors

_NOTHING_SIGNED = "the spec has no domain that is signed"

domain_option = click.option(
    "--domain",
    "names",
    multiple=True,
    metavar="DOMAIN",
    help="Only this domain; may be given several times.",
)


@click.group("dkim")
def command() -> None:
    """Replace DKIM keys: publish the successor, let it sign, revoke the former key, remove it.

    `rotate` and `retire` take the next step where it is due, and say when it is where it is not.
    """


@command.command("rotate", short_help="the next step towards a new key")
@spec_argument
@domain_option
@click.option("--all", "every", is_flag=True, help="All domains that are signed.")
@click.option(
    "--key",
    "kind",
    type=click.Choice([kind.value for kind in KeyKind]),
    help="The kind of the new key; left out, what the spec says.",
)
@click.option(
    "--selector", metavar="NAME", default="", help="The new key's name; left out, counted on."
)
@resolver_option()
def rotate_command(
    spec: Path,
    names: tuple[str, ...],
    every: bool,
    kind: str | None,
    selector: str,
    resolver: Server | None,
) -> int:
    """Make a new key and print its record; run again, let it sign once DNS has it.

    All authoritative name servers are asked. From the next `mailctl apply` on the hosts sign with
    the new key, and the former one waits for `mailctl dkim retire`. Exits with 1 while the record
    is not everywhere.
    """
    from mailctl.rotation.rotate import Wish, rotate

    system = _said_by(spec)
    domains = _chosen(system, names, every)
    if selector and len(domains) > 1:
        raise click.UsageError("--selector names the key of one domain")
    wish = Wish(KeyKind(kind) if kind else None, _selector(selector))
    desk = _desk(system, resolver)
    return take_each(domains, lambda name: rotate(desk, name, wish))


@command.command("retire", short_help="the next step away from the former key")
@spec_argument
@domain_option
@access_options
@resolver_option()
def retire_command(
    spec: Path,
    names: tuple[str, ...],
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
    resolver: Server | None,
) -> int:
    """Revoke the former key when nothing that it signed can still be on its way; later remove it.

    The hosts are asked which keys they sign with, and the name servers what they have. Exits with
    1 where a step is not due yet.
    """
    from mailctl.deploy.connect import way_for
    from mailctl.rotation.retire import leaving, retire

    system = _said_by(spec)
    domains = _chosen(system, names, every=False) if names else leaving(system)
    if not domains:
        click.echo("there is no former key to retire")
        return EXIT_OK
    ways = (way_for(system, host) for host in system.hosts)
    live = _live_selectors(system, access(key_files, known_hosts, ways))
    desk = _desk(system, resolver)
    return take_each(domains, lambda name: retire(desk, name, live))


@command.command("status", short_help="show each key, and what is due when")
@spec_argument
@readers_option
def status_command(spec: Path, form: str) -> None:
    """Show all keys, how far each of them is, and a calendar of what is due. Asks nobody."""
    from mailctl.rotation import show
    from mailctl.rotation.calendar import status
    from mailctl.rotation.effective import rotations_of

    system = _said_by(spec)
    found = status(system, rotations_of(system))
    if not found:
        say(_NOTHING_SIGNED, err=True)
    click.echo(show.as_json(found) if form == "json" else show.as_text(found), nl=False)


def _said_by(spec: Path) -> System:
    """What the spec says, without what its files beside it have made of it. Raises SpecError."""
    from mailctl.spec.load import load

    return load(spec)


def _desk(system: System, resolver: Server | None) -> Desk:
    from mailctl.rotation.desk import Desk

    return Desk.of(system, owners_view(resolver), now)


def _chosen(system: System, names: tuple[str, ...], every: bool) -> tuple[DomainName, ...]:
    """The domains that the options choose; a spec's only signed domain needs no option."""
    from mailctl.spec.names import domain_name
    from mailctl.spec.problems import Refused

    if names and every:
        raise click.UsageError("--domain and --all exclude each other")
    signed = tuple(
        domain.name
        for domain in system.domains.values()
        if not domain.parked and domain.policy.dkim
    )
    if not names and not signed:
        raise MailctlError(_NOTHING_SIGNED)
    if not names and not every and len(signed) != 1:
        raise click.UsageError("say which: --domain DOMAIN, or --all")
    try:
        return tuple(dict.fromkeys(map(domain_name, names))) or signed
    except Refused as refused:
        raise MailctlError(f"--domain: {refused}") from None


def _selector(name: str) -> str:
    from mailctl.spec import texts
    from mailctl.spec.problems import Refused

    try:
        return texts.selector(name) if name else ""
    except Refused as refused:
        raise MailctlError(f"--selector: {refused}") from None


def _live_selectors(system: System, way_in: Access) -> LiveSelectors:
    """Asks each host once; of one that does not answer the same is said for each domain."""
    from mailctl.deploy.connect import remote_for
    from mailctl.deploy.signing import live_selectors

    known: dict[str, dict[DomainName, str] | HostError] = {}

    def ask(host: str) -> dict[DomainName, str]:
        if host not in known:
            try:
                with remote_for(system, system.hosts[host], way_in) as remote:
                    known[host] = dict(live_selectors(remote, errand()))
            except HostError as error:
                known[host] = error
        found = known[host]
        if isinstance(found, HostError):
            raise found
        return found

    return ask
