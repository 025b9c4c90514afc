"""Every domain has a postmaster and an abuse desk (RFC 2142; RFC 5321, 4.5.1)."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.names import Address
from mailctl.model.rules.book import AddressBook
from mailctl.model.system import System


def check(system: System, book: AddressBook) -> Iterator[Finding]:
    """Domains without one of the two; a catch-all serves for both."""
    for domain in system.domains.values():
        if domain.parked or domain.catch_all is not None:
            continue
        for local in ("postmaster", "abuse"):
            if Address(local, domain.name) not in book.owned:
                yield Finding(("domains", domain.name),
                              "no-abuse" if local == "abuse" else "no-postmaster",
                              f"nobody reads {local}@{domain.name}",
                              "add it to a user's `aliases:`, or to `aliases:`",
                              Severity.WARNING, on_key=True)  # fmt: skip
