"""--resolver: who is asked for DNS, and the owners of names that are found through it."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailctl.errors import MailctlError

if TYPE_CHECKING:
    from mailctl.resolver.answer import Answer, Server
    from mailctl.resolver.view import View

Command = TypeVar("Command", bound=Callable[..., Any])

_MOST_PORT = 65_535


def resolver_option(command: Command) -> Command:
    """--resolver."""
    option = click.option(
        "--resolver",
        default="",
        metavar="ADDRESS[:port]",
        callback=_checked,
        help="Find the name servers through this resolver; left out, that of /etc/resolv.conf.",
    )
    return option(command)


def owners_view(resolver: str) -> View:
    """All authoritative servers of each name; nobody answers, and says why, where this machine
    has no resolver and none is named."""
    from mailctl.resolver.view import OwnersView, ResolverView, system_resolver

    try:
        server = server_at(resolver) if resolver else system_resolver()
    except MailctlError as error:
        return SilentView(str(error))
    return OwnersView(ResolverView(server))


def server_at(text: str) -> Server:
    """`address[:port]`, an IPv6 address with a port in brackets. Raises ValueError."""
    from mailctl.resolver.answer import Server

    address, port = text, "53"
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") if rest else port
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    if not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) <= _MOST_PORT):
        raise ValueError(f"{port[:60]!r} is no port")
    return Server(str(ip_address(address)), int(port))


class SilentView:
    """Nobody can be asked, and why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def ask(self, name: str, kind: str) -> tuple[Answer, ...]:
        return (self.recursive(name, kind),)

    def recursive(self, name: str, kind: str) -> Answer:
        from mailctl.resolver.answer import Answer, Server, Status

        return Answer(name, kind, Status.FAILED, Server(""), reason=self._reason)

    def lost(self, name: str) -> tuple[str, ...]:
        return ()


def _checked(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value:
        try:
            server_at(value)
        except ValueError as error:
            raise click.BadParameter(f"{error}; write it as 192.0.2.53 or 192.0.2.53:53") from None
    return value
