"""In which order hosts are worked on: a few that go first, and the others when those are well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Waves = tuple[tuple[str, ...], ...]


def waves(hosts: Iterable[str], canaries: Iterable[str] = ()) -> Waves:
    """The canaries, then the rest, each in the order of `hosts`; no wave is empty. A canary that
    is not among the hosts is left out."""
    names, first = tuple(hosts), frozenset(canaries)
    parts = (tuple(n for n in names if n in first), tuple(n for n in names if n not in first))
    return tuple(part for part in parts if part)


def one_of_each(kinds: Mapping[str, object]) -> tuple[str, ...]:
    """The first host of each kind: hosts of the same roles get the same software, so that what
    ails one of them ails all."""
    first: dict[object, str] = {}
    for name, kind in kinds.items():
        first.setdefault(kind, name)
    return tuple(first.values())
