"""`mailctl tlsa`: pin the keys that hosts show, and replace them without a sender turned away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.hosts import access, access_options, errand
from mailctl.cli.keys_in_dns import now
from mailctl.cli.prepare import spec_argument
from mailctl.cli.report import readers_option
from mailctl.cli.resolving import owners_view, resolver_option
from mailctl.cli.selection import only_option, select
from mailctl.cli.steps import take_each
from mailctl.cli.unheard import say
from mailctl.errors import MailctlError

if TYPE_CHECKING:
    from mailctl.deploy.access import Access
    from mailctl.model.system import System
    from mailctl.model.tls_key import HostKeys
    from mailctl.pinning.desk import Desk
    from mailctl.resolver.answer import Server

_NOTHING_PINNED = "no MX host of the spec says `tlsa: automatic`"


@click.group("tlsa")
def command() -> None:
    """Pin the keys that hosts show on port 25 by TLSA records, and replace them.

    `pin` once; then `rotate`, `rotate` ... `retire` take the next step where it is due, and say
    what is missing where it is not. A host makes its keys itself; they never leave it.
    """


@command.command("pin", short_help="note the key that a host has, and print its record")
@spec_argument
@only_option
@click.option("--lost", is_flag=True, help="The key that was pinned is gone: pin the present one.")
@access_options
def pin_command(
    spec: Path,
    only: tuple[str, ...],
    lost: bool,
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
) -> int:
    """Ask the hosts which keys they have certificates for, and print the records to publish.

    From the next `mailctl apply` on a host shows no other key, whatever happens in
    /etc/letsencrypt there. Exits with 1 where a host has no certificate of an authority yet.
    """
    from mailctl.pinning.pin import pin

    system = _said_by(spec)
    desk = _desk(system, None, _access_of(system, key_files, known_hosts))
    return take_each(_chosen(system, only), lambda name: pin(desk, name, lost=lost))


@command.command("rotate", short_help="the next step towards a new key")
@spec_argument
@only_option
@click.option("--cancel", is_flag=True, help="Give a next key up that is not shown yet.")
@access_options
@resolver_option()
def rotate_command(
    spec: Path,
    only: tuple[str, ...],
    cancel: bool,
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
    resolver: Server | None,
) -> int:
    """Have a host make its next key; run again, print its record; run again, show it.

    A key is shown when all name servers have had its record for two TTLs (RFC 7671, 8.1), by the
    apply after that. Exits with 1 while a step is not due.
    """
    from mailctl.pinning import rotate

    system = _said_by(spec)
    desk = _desk(system, resolver, _access_of(system, key_files, known_hosts))
    step = rotate.cancel if cancel else rotate.rotate
    return take_each(_chosen(system, only), lambda name: step(desk, name))


@command.command("retire", short_help="take the former key's record away")
@spec_argument
@only_option
@access_options
@resolver_option()
def retire_command(
    spec: Path,
    only: tuple[str, ...],
    key_files: tuple[Path, ...],
    known_hosts: tuple[Path, ...],
    resolver: Server | None,
) -> int:
    """End a rollover: when every port of the host shows the new key, the former record may go.

    Exits with 1 where that is not so.
    """
    from mailctl.pinning.retire import retire

    system = _said_by(spec)
    desk = _desk(system, resolver, _access_of(system, key_files, known_hosts))
    return take_each(_chosen(system, only), lambda name: retire(desk, name))


@command.command("status", short_help="show each key, and what comes next")
@spec_argument
@readers_option
def status_command(spec: Path, form: str) -> None:
    """Show all keys, and how far each of them is. Asks nobody."""
    from mailctl.pinning import show
    from mailctl.pinning.effective import pinnings_of

    system = _said_by(spec)
    hosts = _pinned(system)
    if not hosts:
        say(_NOTHING_PINNED, err=True)
    pinnings = pinnings_of(system)
    shown = show.as_json if form == "json" else show.as_text
    click.echo(shown(hosts, pinnings), nl=False)


def _said_by(spec: Path) -> System:
    """What the spec says, without what its files beside it have made of it. Raises SpecError."""
    from mailctl.spec.load import load

    return load(spec)


def _access_of(
    system: System, key_files: tuple[Path, ...], known_hosts: tuple[Path, ...]
) -> Access:
    from mailctl.deploy.connect import way_for

    return access(key_files, known_hosts, (way_for(system, host) for host in system.hosts))


def _desk(system: System, resolver: Server | None, way_in: Access) -> Desk:
    from mailctl.deploy.connect import remote_for
    from mailctl.deploy.tls_keys import host_keys
    from mailctl.pinning.desk import Desk

    def ask(name: str) -> HostKeys:
        with remote_for(system, system.hosts[name], way_in) as remote:
            return host_keys(remote, errand())

    return Desk(system, owners_view(resolver), now, ask)


def _pinned(system: System) -> tuple[str, ...]:
    from mailctl.model.host import Role

    return tuple(
        host.name for host in system.hosts.values() if host.pins_its_keys and host.has(Role.MX)
    )


def _chosen(system: System, only: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts that --host chooses; a spec's only pinned host needs no option."""
    pinned = _pinned(system)
    if not pinned:
        raise MailctlError(_NOTHING_PINNED)
    if not only and len(pinned) != 1:
        raise click.UsageError(f"say which: --host {' or --host '.join(pinned)}")
    known = {host.name: host.roles for host in system.hosts.values()}
    return select(known, only) if only else pinned
