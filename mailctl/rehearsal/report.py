"""What a rehearsal found: one line for each proof on each host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailctl.proofs.base import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """A proof's verdict for one host."""

    host: str
    platform: str
    proof: str
    statement: str
    verdict: Verdict
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """All lines, in the order in which they were tried, and the phases' seconds."""

    lines: tuple[Line, ...]
    seconds: Mapping[str, float]

    def count(self, outcome: Outcome) -> int:
        return sum(line.verdict.outcome is outcome for line in self.lines)

    @property
    def holds(self) -> bool:
        """Nothing failed."""
        return self.count(Outcome.FAILS) == 0

    @property
    def summary(self) -> str:
        """`12 proofs hold, 0 fail, 1 does not apply`."""
        held, failed, others = (self.count(outcome) for outcome in Outcome)
        return (
            f"{held} {'proof holds' if held == 1 else 'proofs hold'}, "
            f"{failed} {'fails' if failed == 1 else 'fail'}, "
            f"{others} {'does' if others == 1 else 'do'} not apply"
        )
