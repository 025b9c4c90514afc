"""What we say against scripts without a host is what the real sievec says."""

from __future__ import annotations

import pytest
from dovecot_house import House
from sieve_scripts import BAD, GOOD

from mailctl.bundle import CURRENT

pytestmark = pytest.mark.daemons


def _compile(house: House, script: str) -> tuple[int, str]:
    path = house.host.root / "root" / "script.sieve"
    path.write_bytes(script.encode())
    return house.run("sievec", "-c", f"{CURRENT}/dovecot/dovecot.conf", "/root/script.sieve")


def test_sievec_takes_what_we_take(house: House) -> None:
    assert {script: said for script in GOOD if (said := _compile(house, script)) != (0, "")} == {}


def test_sievec_refuses_what_we_refuse(house: House) -> None:
    assert [script for script, _ in BAD if _compile(house, script)[0] == 0] == []
