"""One module a configuration language: how each decision is spelt there."""

from __future__ import annotations

from mailctl.backends.dovecot.dialects.base import Dialect
from mailctl.backends.dovecot.dialects.v23 import DOVECOT_2_3
from mailctl.backends.dovecot.dialects.v24 import DOVECOT_2_4
from mailctl.model.platform import Platform

DIALECTS: dict[tuple[int, int], Dialect] = {(2, 3): DOVECOT_2_3, (2, 4): DOVECOT_2_4}


def dialect_of(platform: Platform) -> Dialect:
    """The language of the Dovecot that a platform ships."""
    return DIALECTS[platform.dovecot]
