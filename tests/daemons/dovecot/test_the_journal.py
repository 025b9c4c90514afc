"""Runs last of this folder: nothing that the other tests did made Dovecot complain."""

from __future__ import annotations

import pytest
from dovecot_house import House

pytestmark = pytest.mark.daemons

RELOADED = "SIGHUP received - reloading configuration"
"""Dovecot warns of every reload; tests that change the certificate ask for some."""


def test_dovecot_logged_no_warning_and_no_error(house: House) -> None:
    said = [line for line in house.host.journal() if "dovecot" in line or "sieve" in line]
    assert [line for line in said if RELOADED not in line] == []
