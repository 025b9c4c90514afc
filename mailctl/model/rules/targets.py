"""Aliases lead to addresses that take mail."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.rules.book import AddressBook
from mailctl.model.system import System


def check(system: System, book: AddressBook) -> Iterator[Finding]:
    """Dangling targets, and aliases that only reach users who do not receive."""
    for alias, targets in system.aliases.items():
        faults = [book.fault(target) for target in targets]
        silent = all("only sends" in fault for fault in faults)
        for index, fault in enumerate(faults):
            if fault and "only sends" not in fault:
                yield Finding(("aliases", str(alias), index), "dangling-target", fault,
                              "correct it, or add the user or the alias")  # fmt: skip
        if silent:
            yield Finding(("aliases", str(alias)), "send-only-target",
                          f"mail to {alias} is refused: whom it leads to only send",
                          "add somebody who receives", Severity.WARNING, on_key=True)  # fmt: skip
