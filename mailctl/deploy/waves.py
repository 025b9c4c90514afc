"""In which order hosts are changed: of those that do the same, one goes first.

What ails one host by its configuration ails all that are told the same. A role is proven once a
host that has it is well; until then no second one with that role is changed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet

Waves = tuple[tuple[str, ...], ...]


def at_once(hosts: Iterable[str]) -> Waves:
    """All of them in one wave, if there are any."""
    names = tuple(hosts)
    return (names,) if names else ()


def one_of_each_first(
    roles: Mapping[str, AbstractSet[Hashable]], canaries: Iterable[str] = ()
) -> Waves:
    """The hosts of `roles`, in its order: the canaries, if any, then in each wave those that
    share no role with each other that is not proven by a wave before."""
    first = frozenset(canaries)
    found = [tuple(name for name in roles if name in first)] if first else []
    proven = {role for name in first for role in roles[name]}
    waiting = [name for name in roles if name not in first]
    while waiting:
        wave, tried = _next(waiting, roles, proven)
        found.append(wave)
        proven |= tried
        waiting = [name for name in waiting if name not in wave]
    return tuple(found)


def _next(
    waiting: list[str], roles: Mapping[str, AbstractSet[Hashable]], proven: AbstractSet[Hashable]
) -> tuple[tuple[str, ...], set[Hashable]]:
    """The next wave, and the roles that it proves."""
    wave: list[str] = []
    tried: set[Hashable] = set()
    for name in waiting:
        fresh = roles[name] - proven
        if tried.isdisjoint(fresh):
            wave.append(name)
            tried |= fresh
    return tuple(wave), tried
