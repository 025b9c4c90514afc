"""One booted host with three name servers serves all tests of this folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from nameserver_recipe import RECIPE
from three_servers import ThreeServers

from mailctl.rehearsal.throwaway import throwaway_network


@pytest.fixture(scope="package")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreeServers]:
    """The host; this thread stands in its network."""
    if os.geteuid() != 0:
        pytest.skip("asks name servers on a throwaway host, for which one is root")
    with throwaway_network(recipes=[RECIPE]) as network:
        host = network.boot(
            "ns",
            recipe=RECIPE,
            addresses=("203.0.113.1", "203.0.113.2", "203.0.113.3"),
        )
        with network.inside():
            yield ThreeServers(host, tmp_path_factory.mktemp("push"))
