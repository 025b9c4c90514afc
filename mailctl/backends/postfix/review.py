"""What a spec may say and Postfix's files cannot hold, refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.tls import certificate_paths
from mailctl.errors import Finding, SpecPath
from mailctl.model.host import Host
from mailctl.model.names import Address
from mailctl.model.system import System
from mailctl.render.postfix import table_key

_UNSPEAKABLE = frozenset("#{")
_LIST_SEPARATORS = frozenset(" \t\r\n,{}")


def review(system: System, host: Host) -> Iterable[Finding]:
    """Overrides that Postfix lacks or that weaken us, addresses that no table can hold, and paths
    that no list of files can."""
    if any(override.backend == "postfix" for override in host.overrides):
        from mailctl.backends.postfix import overrides  # most hosts have none

        yield from overrides.review(system, host)
    yield from _review_paths(host)
    yield from _review_delimiters(system, host)
    if next(iter(system.hosts)) == host.name:  # addresses are the spec's: told once
        yield from _review_addresses(system)


def _review_paths(host: Host) -> Iterable[Finding]:
    for where, path in certificate_paths(host):
        if _LIST_SEPARATORS.intersection(path):
            key = where[-1]
            yield Finding(
                where,
                "postfix-path",
                f"Postfix cannot read a {key} whose path has blanks, commas or braces: {path!r}",
                "give the file a plain name, or a link to it",
            )


def _review_delimiters(system: System, host: Host) -> Iterable[Finding]:
    """postconf(5) of 3.10 takes ` #` for a comment, and a lone brace for half of a group."""
    for domain in (*system.stored_on(host), *system.relayed_by(host)):
        delimiter = domain.policy.subaddress.delimiter
        if delimiter in _UNSPEAKABLE:
            yield Finding(
                ("domains", domain.name, "subaddress", "delimiter"),
                "postfix-delimiter",
                f"Postfix cannot read the delimiter {delimiter!r}",
                'use "+", "-" or "="',
            )


def _review_addresses(system: System) -> Iterable[Finding]:
    for address, user in system.users.items():
        where = ("users", str(address))
        yield from _review_key(address, where, on_key=True)
        for index, alias in enumerate(user.aliases):
            yield from _review_key(alias, (*where, "aliases", index))
        for index, pattern in enumerate(user.send_as):
            if isinstance(pattern, Address):
                yield from _review_key(pattern, (*where, "send_as", index))
    for alias in system.aliases:
        yield from _review_key(alias, ("aliases", str(alias)), on_key=True)


def _review_key(address: Address, where: SpecPath, on_key: bool = False) -> Iterable[Finding]:
    try:
        table_key(str(address))
    except ValueError:
        yield Finding(
            where,
            "postfix-key",
            f"Postfix's tables cannot hold the address {str(address)!r}",
            "choose one that begins with a letter or digit, without blanks and quotes",
            on_key=on_key,
        )
