"""One booted host of each Debian release serves all tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for room in ("dovecot", "sieve", "verify_tls"):
    sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / room))

from dovecot_house import House, a_house  # noqa: E402 - the path above comes first


@pytest.fixture(scope="package", params=["debian-12", "debian-13"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with a_house(request.param, tmp_path_factory.mktemp("spec")) as built:
        yield built
