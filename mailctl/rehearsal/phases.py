"""What a rehearsal is doing, and how long each part took."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailctl.rehearsal.images import Progress


@dataclass(slots=True)
class Phases:
    """`say` hears a line when a phase has ended; `seconds` keeps them by name, in order."""

    say: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Everything within the block counts for this phase."""
        begin = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - begin
        self.say(f"{name}: {self.seconds[name]:.1f} s")
