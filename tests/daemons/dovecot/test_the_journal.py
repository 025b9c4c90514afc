"""Runs last of this folder: nothing that the other tests did made Dovecot complain."""

from __future__ import annotations

import pytest
from dovecot_house import House

pytestmark = pytest.mark.daemons


def test_dovecot_logged_no_warning_and_no_error(house: House) -> None:
    assert [line for line in house.host.journal() if "dovecot" in line or "sieve" in line] == []
