"""Everything that a survey found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from mailctl.errors import EXIT_CHANGES, EXIT_OK, EXIT_SOME_HOSTS_FAILED
from mailctl.verify.observation import Observation, Weight
from mailctl.verify.verdict import FAULTS, State, Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """Verdicts and observations, each sorted by zone and name."""

    verdicts: tuple[Verdict, ...]
    observations: tuple[Observation, ...]

    def states(self) -> Mapping[State, int]:
        """How many verdicts there are of each state."""
        return Counter(verdict.state for verdict in self.verdicts)

    def weights(self) -> Mapping[Weight, int]:
        """How many observations there are of each weight."""
        return Counter(observation.weight for observation in self.observations)

    @property
    def exit_code(self) -> int:
        """2: not as the spec says. 3: nothing is known to be wrong, but not all is known."""
        states, weights = self.states(), self.weights()
        if weights.get(Weight.ERROR) or any(states.get(state) for state in FAULTS):
            return EXIT_CHANGES
        if weights.get(Weight.UNKNOWN) or states.get(State.UNKNOWN):
            return EXIT_SOME_HOSTS_FAILED
        return EXIT_OK
