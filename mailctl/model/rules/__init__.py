"""What must hold between the parts of a spec; one topic a module, all pure.

A rule looks at the System (and at the addresses in it, gathered once) and yields Findings at
paths of the spec. A rule's id is stable: people and scripts refer to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mailctl.errors import Finding
from mailctl.model.rules import (
    catch_alls,
    delimiters,
    dkim,
    dmarc,
    domains,
    forwards,
    hosts,
    loops,
    mta_sts,
    owners,
    reach,
    role_mailboxes,
    senders,
    server_names,
    spf,
    targets,
    web,
)
from mailctl.model.rules.book import AddressBook
from mailctl.model.system import System

RULES: tuple[Callable[[System], Iterable[Finding]], ...] = (
    hosts.check,
    server_names.check,
    reach.check,
    domains.check,
    delimiters.check,
    dkim.check,
    spf.check,
    dmarc.check,
    mta_sts.check,
    web.check,
    senders.check,
)
ADDRESS_RULES: tuple[Callable[[System, AddressBook], Iterable[Finding]], ...] = (
    owners.check,
    targets.check,
    catch_alls.check,
    forwards.check,
    loops.check,
    role_mailboxes.check,
)


def check_all(system: System) -> Iterator[Finding]:
    """Everything that any rule holds against the spec."""
    for rule in RULES:
        yield from rule(system)
    book = AddressBook(system)
    for address_rule in ADDRESS_RULES:
        yield from address_rule(system, book)
