"""What a spec may say and Postfix's files cannot hold, refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.postfix.settings.tables import delimiters
from mailctl.errors import Finding
from mailctl.model.host import CertificateFiles, Host
from mailctl.model.system import System
from mailctl.render.postfix import table_key

_LIST_SEPARATORS = frozenset(" \t\r\n,{}")


def review(system: System, host: Host) -> Iterable[Finding]:
    """Addresses that no table can hold, and paths that no list of files can."""
    yield from _review_paths(host)
    if next(iter(system.hosts)) == host.name:  # addresses are the spec's: told once
        yield from _review_addresses(system, host)


def _review_paths(host: Host) -> Iterable[Finding]:
    if not isinstance(host.tls, CertificateFiles):
        return
    for key in ("certificate", "key"):
        path: str = getattr(host.tls, key)
        if _LIST_SEPARATORS.intersection(path):
            yield Finding(
                ("hosts", host.name, "tls", key),
                "postfix-path",
                f"Postfix cannot read a {key} whose path has blanks, commas or braces: {path!r}",
                "give the file a plain name, or a link to it",
            )


def _review_addresses(system: System, host: Host) -> Iterable[Finding]:
    separators = frozenset(delimiters(system, host))
    for address in system.users:
        yield from _review_key(str(address), ("users", str(address)))
        if separators.intersection(address.local):
            yield Finding(
                ("users", str(address)),
                "user-subaddress",
                f"{address} reads as a subaddress of another user",
                "leave the subaddress delimiter out of its local part, or choose another one",
                on_key=True,
            )
    for alias in system.aliases:
        yield from _review_key(str(alias), ("aliases", str(alias)))


def _review_key(text: str, where: tuple[str, str]) -> Iterable[Finding]:
    try:
        table_key(text)
    except ValueError:
        yield Finding(
            where,
            "postfix-key",
            f"Postfix's tables cannot hold the address {text!r}",
            "choose one that begins with a letter or digit, without blanks and quotes",
            on_key=True,
        )
