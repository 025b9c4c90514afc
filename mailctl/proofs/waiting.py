"""Waiting for mail to arrive: ask again and again until a deadline, never sleep blindly."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from mailctl.proofs.base import Refuted

Answer = TypeVar("Answer")

ARRIVAL = 20.0
"""Seconds that a message may take from one host of the rehearsal into a mailbox of another."""

_PAUSE = 0.1


def until(
    question: Callable[[], Answer | None], otherwise: str, timeout: float = ARRIVAL
) -> Answer:
    """The first answer that is not None; Refuted with the text `otherwise` after `timeout` seconds.

    The question is asked at least once more when the time is over, so that a slow question
    is not cut off by its own slowness.
    """
    deadline = time.monotonic() + timeout
    while True:
        late = time.monotonic() >= deadline
        answer = question()
        if answer is not None:
            return answer
        if late:
            raise Refuted(f"{otherwise} within {timeout:.0f} s")
        time.sleep(_PAUSE)
