"""One resting root of each Debian release serves all tests of this folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "postfix"))

from postfix_root import DebianRoot

from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal.recipe import stocked
from mailctl.rehearsal.throwaway import throwaway_network


@pytest.fixture(scope="package", params=["debian-12", "debian-13"])
def debian(request: pytest.FixtureRequest) -> Iterator[DebianRoot]:
    if os.geteuid() != 0:
        pytest.skip("asks the daemons in a root file system of their own, for which one is root")
    with throwaway_network() as network:
        recipe = stocked(PLATFORMS[request.param])
        host = network.lay("mail", recipe=recipe, addresses=("203.0.113.10",), fqdn="mail.example")
        yield DebianRoot(request.param, host.root)
