"""The garbage collector in a command that soon ends and makes few cycles: it need not look often,
and at the end not at all. Left to itself it takes a fifth of a short command's time."""

from __future__ import annotations

import atexit
import gc

_SELDOM = 200_000
"""Values made before it looks for cycles, of which a spec's values make none; its own is 700."""


def collect_seldom() -> None:
    """For the whole of a process. An interpreter that ends looks through all that was ever made,
    several times, unless that was set aside."""
    gc.set_threshold(_SELDOM)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
