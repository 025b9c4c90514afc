"""A check: what it goes over, and what it observes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mailctl.verify.ground import Ground
from mailctl.verify.observation import Observation


@dataclass(frozen=True, slots=True)
class Check:
    """`over` names the things to look at, which happens in parallel; `look` asks the ground's
    view, which remembers what was asked before."""

    over: Callable[[Ground], Iterable[str]]
    look: Callable[[Ground, str], Iterator[Observation]]


def zones(ground: Ground) -> Iterable[str]:
    """Every zone that is looked at and is there."""
    return (zone for zone in ground.questions if not ground.gone(zone))


def domains(ground: Ground) -> Iterable[str]:
    """Every domain of the spec that is looked at and is there."""
    return (domain for domain in ground.domains if not ground.gone(domain))
