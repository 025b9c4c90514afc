"""Forwards lead on to others, who take the mail."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity, SpecPath
from mailctl.model.names import Address
from mailctl.model.rules.book import AddressBook
from mailctl.model.rules.ignored import domains_ignoring
from mailctl.model.system import System


def check(system: System, book: AddressBook) -> Iterator[Finding]:
    """Forwards to oneself, to nowhere, and (as a warning) out of the house."""
    foreign: SpecPath = ()
    count = 0
    ignoring = domains_ignoring(system, "forward-without-srs")
    for address, user in system.users.items():
        if user.forward is None:
            continue
        for index, target in enumerate(user.forward.to):
            if not book.is_local(target):
                if ignoring and address.domain in ignoring:
                    continue
                foreign = foreign or ("users", str(address), "forward", "to", index)
                count += 1
                continue
            where = ("users", str(address), "forward", "to", index)
            yield from _local(book, address, target, where)
    if count:
        yield _without_srs(foreign, count)


def _local(
    book: AddressBook, address: Address, target: Address, where: SpecPath
) -> Iterator[Finding]:
    if book.owned.get(book.base(target)) == address:
        yield Finding(where, "forward-to-self", f"{target} is the user's own address",
                      "leave it out; `keep: true` keeps a copy")  # fmt: skip
        return
    fault = book.fault(target)
    if fault:
        yield Finding(where, "dangling-target", fault,
                      "correct it, or add the user or the alias")  # fmt: skip


def _without_srs(first: SpecPath, count: int) -> Finding:
    """One warning for all, at the first: it is one decision."""
    said = "1 forward leads" if count == 1 else f"{count} forwards lead"
    return Finding(first, "forward-without-srs",
                   f"{said} out of the spec, and envelope senders are not rewritten",
                   "SPF of the first sender fails there; such mail lives by its DKIM signature",
                   Severity.WARNING)  # fmt: skip
