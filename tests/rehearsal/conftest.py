"""Rehearsals that several tests look at, each made once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from rehearsal_examples import Rehearse, spec_file

from mailctl.errors import RehearsalError
from mailctl.rehearsal import recipe, requirements
from mailctl.rehearsal.images import CACHE
from mailctl.rehearsal.report import Report
from mailctl.rehearsal.run import Options, rehearsal
from mailctl.rehearsal.throwaway import ThrowawayNetwork, throwaway_network
from mailctl.spec.load import load


@pytest.fixture(scope="session", autouse=True)
def _able(request: pytest.FixtureRequest) -> None:
    """Skip what boots hosts where this machine cannot, and say what it lacks."""
    if not any(item.get_closest_marker("hosts") for item in request.session.items):
        return
    try:
        requirements.require(images_missing=bool(CACHE.missing([recipe.world()])))
    except RehearsalError as lacking:
        pytest.skip(str(lacking))


@pytest.fixture(scope="session")
def rehearsed() -> Rehearse:
    """The report of an example, by name, platform and whether the hosts began bare."""

    @cache
    def report(example: str, platform: str = "", bare: bool = False) -> Report:
        spec = load(spec_file(example))
        with rehearsal(spec, Options(platform=platform, bare=bare, progress=print)) as up:
            return up.prove()

    return report


@pytest.fixture(scope="session")
def network() -> Iterator[ThrowawayNetwork]:
    """A network for tests that boot hosts of their own, each under its own name and address."""
    with throwaway_network() as net:
        yield net
