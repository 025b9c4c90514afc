"""Mail that is passed on never comes back: aliases and forwards make no circle.

Even a circle in which everybody keeps a copy is refused. On one host Postfix ends it, but
between two hosts each round is a new delivery, until the hop count bounces the message.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, SpecPath
from mailctl.model.names import Address
from mailctl.model.rules.book import AddressBook
from mailctl.model.system import System


def check(system: System, book: AddressBook) -> Iterator[Finding]:
    """One finding for each circle, at the first of its addresses in the spec's order."""
    done: set[Address] = set()
    for start in book.edges:
        if start in done:
            continue
        for circle in _circles_from(start, book, done):
            yield _finding(system, circle)


def _next(address: Address, book: AddressBook) -> Iterator[Address]:
    """The owners of the addresses that this one passes its mail to."""
    for target in book.edges.get(address, ()):
        owner = book.owned.get(book.base(target))
        if owner is None or owner not in book.edges:
            continue
        # a user's forward to an own address has a rule of its own; an alias entry's has not
        if owner != address or not book.is_user(address):
            yield owner


def _circles_from(
    start: Address, book: AddressBook, done: set[Address]
) -> Iterator[tuple[Address, ...]]:
    """Depth first, without recursion; `done` are the addresses whose circles are known."""
    path: list[Address] = [start]
    on_path = {start: 0}
    waiting = [_next(start, book)]
    while waiting:
        following = next(waiting[-1], None)
        if following is None:
            waiting.pop()
            last = path.pop()
            del on_path[last]
            done.add(last)
        elif following in on_path:
            yield tuple(path[on_path[following] :])
        elif following not in done:
            on_path[following] = len(path)
            path.append(following)
            waiting.append(_next(following, book))


def _finding(system: System, circle: tuple[Address, ...]) -> Finding:
    shown = " -> ".join(map(str, (*circle[:5], *(["..."] if len(circle) > 5 else []), circle[0])))
    first = circle[0]
    where: SpecPath = ("aliases", str(first))
    if first in system.users:
        where = ("users", str(first), "forward")
    return Finding(where, "alias-loop", f"mail goes in a circle: {shown}",
                   "take one of these steps away", on_key=True)  # fmt: skip
