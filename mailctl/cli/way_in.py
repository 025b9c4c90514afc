"""HOST on the command line: a name of the spec, or an address that needs no spec at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailctl.cli.prepare import DEFAULT_SPEC
from mailctl.errors import MailctlError

if TYPE_CHECKING:
    from mailctl.model.destination import Destination
    from mailctl.model.host import Role

spec_option = click.option(
    "--spec",
    default=DEFAULT_SPEC,
    show_default=True,
    type=click.Path(path_type=Path),
    metavar="SPEC",
    help="The spec that says where the host is; nothing else in it is read.",
)

MOST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Target:
    """A host to go to: the hosts to go through, at the end itself; and what it does, where the
    spec was asked."""

    way: tuple[Destination, ...]
    roles: frozenset[Role] = frozenset()


def targets(
    host: str | None, spec: Path, only: tuple[str, ...], roles: tuple[str, ...]
) -> dict[str, Target]:
    """HOST, or the hosts that --host and --role choose. Raises MailctlError, and
    click.UsageError unless it is one or the other."""
    from mailctl.cli.selection import select
    from mailctl.spec.way_in import roles_of_hosts

    if (host is None) is not bool(only or roles):
        raise click.UsageError("name either HOST, or hosts by --host and --role")
    if host is not None:
        return {host: Target(way_to(host, spec))}
    known = roles_of_hosts(spec)
    names = select(known, only, roles)
    return {name: Target(way_to(name, spec), known[name]) for name in names}


def way_to(host: str, spec: Path) -> tuple[Destination, ...]:
    """The hosts to go through, and the host. A name of the spec is a single label; with a dot,
    a colon or an @ it is an address, for which no file is opened. Raises MailctlError."""
    from mailctl.spec.way_in import way_in

    if any(mark in host for mark in "@.:"):
        return (by_address(host),)
    return way_in(spec, host)


def by_address(text: str) -> Destination:
    """`[user@]address[:port]`, an IPv6 address with a port in brackets; the user is root if none
    is said, and any other one becomes root by sudo. Raises MailctlError."""
    from mailctl.model.destination import Destination
    from mailctl.model.host import Ssh
    from mailctl.spec import texts
    from mailctl.spec.problems import Refused

    user, at, place = text.rpartition("@")
    address, port = _divided(place)
    try:
        login = texts.login(user) if at else Ssh().user
        dialled = texts.ssh_address(address)
    except Refused as error:
        raise _no_host(error.problems[0].message) from None
    if not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) <= MOST_PORT):
        raise _no_host(f"{port[:60]!r} is no port")
    return Destination(text, dialled, Ssh(login, int(port), dialled, sudo=login != "root"))


def _divided(place: str) -> tuple[str, str]:
    """The address and the port; a bare IPv6 address has colons of its own."""
    default = "22"
    if place.startswith("[") and "]" in place:
        address, _, rest = place[1:].partition("]")
        return address, rest.removeprefix(":") if rest else default
    if place.count(":") == 1:
        address, _, port = place.partition(":")
        return address, port
    return place, default


def _no_host(message: str) -> MailctlError:
    return MailctlError(
        message,
        "HOST is a name of the spec, or [user@]address[:port] as root@203.0.113.10",
    )
