"""Addresses: each has one owner, in a domain of the spec that takes mail."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, SpecPath
from mailctl.model.names import Address
from mailctl.model.rules.book import AddressBook
from mailctl.model.system import System


def check(system: System, book: AddressBook) -> Iterator[Finding]:
    """Two owners of one address, and addresses in domains that are not ours."""
    if len(book.owned) < _count(system):
        yield from _second_owners(system)
    for address, user in system.users.items():
        for index, alias in enumerate(user.aliases):
            if alias.domain != address.domain:
                where: SpecPath = ("users", str(address), "aliases", index)
                yield from _domain(system, alias, where, on_key=False)
    for alias in system.aliases:
        yield from _domain(system, alias, ("aliases", str(alias)), on_key=True)


def _count(system: System) -> int:
    aliases = sum(len(user.aliases) for user in system.users.values())
    return len(system.users) + aliases + len(system.aliases)


def _second_owners(system: System) -> Iterator[Finding]:
    first: dict[Address, str] = {address: f"the user {address}" for address in system.users}
    hint = "an address has one owner; use an entry of `aliases:` for several"
    for address, user in system.users.items():
        for index, alias in enumerate(user.aliases):
            if alias in first:
                where = ("users", str(address), "aliases", index)
                yield Finding(where, "two-owners", f"{alias} belongs to {first[alias]} already",
                              hint)  # fmt: skip
            first.setdefault(alias, f"the user {address}")
    for alias in system.aliases:
        if alias in first:
            yield Finding(("aliases", str(alias)), "two-owners",
                          f"{alias} belongs to {first[alias]} already", hint, on_key=True
                          )  # fmt: skip


def _domain(system: System, address: Address, where: SpecPath, on_key: bool) -> Iterator[Finding]:
    domain = system.domains.get(address.domain)
    if domain is None:
        yield Finding(where, "unknown-domain", f"the spec has no domain {address.domain}",
                      "add it under `domains:`, or leave the address out", on_key=on_key
                      )  # fmt: skip
    elif domain.parked:
        yield Finding(where, "parked-domain", f"{domain.name} is parked and receives nothing",
                      "take `parked:` away, or the address", on_key=on_key)  # fmt: skip
