"""Whatever goes wrong with an apply, and whenever: the host has the former generation or the new
one, whole; no mail is lost; the next apply succeeds.

    MAILCTL_FAULTS=2000      how many faults (210: each kind is among them)
    MAILCTL_FAULTS_SEED=7    which ones (1)
    MAILCTL_FAULTS_ONLY=17   only those numbers of the seed, to see one again
    MAILCTL_FAULTS_HOSTS=6   on how many hosts at once, Debian 12 and 13 by turns
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from fault_catalogue import Fault, Kind, faults
from fault_figures import figures, objections
from fault_lane import Lane
from fault_run import Run
from network_or_skip import network_or_skip

from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import recipe

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(0)]

COUNT = int(os.environ.get("MAILCTL_FAULTS", "210"))
SEED = int(os.environ.get("MAILCTL_FAULTS_SEED", "1"))
HOSTS = int(os.environ.get("MAILCTL_FAULTS_HOSTS", "6"))
ONLY = tuple(map(int, filter(None, os.environ.get("MAILCTL_FAULTS_ONLY", "").split(","))))
_PLATFORMS = ("debian-12", "debian-13")
_SOURCES = tuple(f"192.0.2.{number}" for number in range(1, 17))


def chosen() -> list[Fault]:
    if ONLY:
        return [
            fault for fault in itertools.islice(faults(SEED), max(ONLY)) if fault.number in ONLY
        ]
    return list(itertools.islice(faults(SEED), COUNT))


def test_the_same_seed_gives_the_same_faults() -> None:
    first, second = (list(itertools.islice(faults(SEED), 300)) for _ in range(2))
    assert first == second
    assert first != list(itertools.islice(faults(SEED + 1), 300))
    # a whole deck leaves no kind out
    assert {fault.kind for fault in first[:210]} == set(Kind)


def test_hosts_are_whole_after_every_fault(
    tmp_path: Path, show_figures: Callable[[Iterable[str]], None]
) -> None:
    run = Run(SEED, COUNT)
    recipes = [recipe.stocked(PLATFORMS[name]) for name in _PLATFORMS]
    with network_or_skip(recipes, _SOURCES) as net:
        try:
            lanes = []
            for number in range(HOSTS):
                folder = tmp_path / f"lane{number}"
                folder.mkdir()
                lanes.append(Lane.boot(net, folder, number, _PLATFORMS[number % 2]))
            with net.inside():
                run.on(lanes, chosen())
        finally:
            show_figures(figures(run))
    found = objections(run)
    assert not found, "\n\n".join(found)
    if not ONLY:
        struck = [result for result in run.results if result.struck.hit]
        assert len(struck) >= 0.8 * COUNT
        assert {result.outcome for result in run.results} == {"old", "new"}
        assert all(len(lane.stream.accepted) > len(run.results) / HOSTS for lane in lanes)
