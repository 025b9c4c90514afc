"""--resolver: who is asked for DNS, and the owners of names that are found through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailctl.errors import MailctlError

if TYPE_CHECKING:
    from mailctl.resolver.answer import Answer, Server
    from mailctl.resolver.view import View

Command = TypeVar("Command", bound=Callable[..., Any])

FINDS_THE_SERVERS = (
    "Find the name servers through this resolver; left out, that of /etc/resolv.conf."
)


def resolver_option(what_for: str = FINDS_THE_SERVERS) -> Callable[[Command], Command]:
    """--resolver, which gives the command a Server, or None where it is left out."""
    return click.option("--resolver", metavar="ADDRESS[:PORT]", callback=_server, help=what_for)


def owners_view(resolver: Server | None) -> View:
    """All authoritative servers of each name; nobody answers, and says why, where this machine
    has no resolver and none is named."""
    from mailctl.resolver.view import OwnersView, ResolverView, system_resolver

    try:
        server = resolver or system_resolver()
    except MailctlError as error:
        return SilentView(str(error))
    return OwnersView(ResolverView(server))


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


def _server(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> Server | None:
    if value is None:
        return None
    from mailctl.resolver.place import server_at

    try:
        return server_at(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}; write it as 192.0.2.53 or 192.0.2.53:53") from None
