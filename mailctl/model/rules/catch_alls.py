"""Catch-alls lead to one address that somebody owns."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.rules.book import AddressBook
from mailctl.model.system import System


def check(system: System, book: AddressBook) -> Iterator[Finding]:
    """A catch-all to nowhere, to another catch-all, or out of the house."""
    for domain in system.domains.values():
        target = domain.catch_all
        if target is None or domain.parked:
            continue
        where = ("domains", domain.name, "catch_all")
        fault = book.fault(target)
        if not fault and book.is_local(target) and not book.is_owned(target):
            fault = f"there is no address {target}, only a catch-all"
        if fault:
            yield Finding(where, "catch-all-nowhere", fault,
                          "name a user, or an entry of `aliases:`")  # fmt: skip
        elif not book.is_local(target):
            yield Finding(where, "catch-all-foreign",
                          f"all mail that guesses at {domain.name} is sent on to {target}",
                          "receivers will take this host for a source of spam; name a local user",
                          Severity.WARNING)  # fmt: skip
