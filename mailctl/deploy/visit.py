"""One command on a host, as a conversation: it says what is there, is told what to do, does it.

Observing and applying in one command saves a login shell and an agent's start on every host.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mailctl.bundle import HostBundle
from mailctl.deploy.delivery import delivery
from mailctl.deploy.host import Answer, HeardEnough, Outcome
from mailctl.deploy.look import Look
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Observation
from mailctl.deploy.plan import Plan
from mailctl.deploy.records import modes
from mailctl.deploy.script import continuation
from mailctl.errors import HostError

PARTS = ("common", "work", "prepare", "stage", "switch", "probe", "mail", "guard", "apply")
"""Of the agent that carries out a plan."""

_MOST_SHOWN = 10

Decide = Callable[[Observation], Plan]
"""What is to be done on a host that looks like this; raises a HostError why nothing may be."""


@dataclass(slots=True)
class Visit:
    """The client's side. `root` stands before every path of the host; `talk` answers what is
    asked once the work has begun."""

    bundle: HostBundle
    wanted: Manifest
    root: str
    decide: Decide
    talk: Answer
    _look: Look = field(init=False)
    _plan: Plan | None = None
    _fault: HostError | None = None
    _modes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._look = Look(self.bundle.host, self.wanted, self.root)

    @property
    def base(self) -> int:
        """The generation that was live when the plan was made; 0 while there is none."""
        return self._plan.base[0] if self._plan is not None else 0

    def answer(self, line: str) -> bytes:
        """To one line of the agent; raises what `decide` raises, and so ends the command."""
        if self._plan is None:
            seen = self._look.hear(line)
            return seen if isinstance(seen, bytes) else self._orders(seen)
        if line.startswith("mode\t"):
            self._modes.append(line.removeprefix("mode\t"))
            return b""
        if line == "ask\tswitch" and (odd := self._odd()):
            self._fault = odd
            return b"stop\n"
        return self.talk(line)

    def ended(self, outcome: Outcome) -> Plan:
        """The plan that was made; raises why there was none, or why it was stopped."""
        if self._fault is not None:
            raise self._fault
        if self._plan is None:
            raise self._look.cut_off(outcome)
        return self._plan

    def _orders(self, seen: Observation) -> bytes:
        self._plan = self.decide(seen)
        if self._plan.is_empty:
            raise HeardEnough
        return continuation(PARTS, *delivery(self._plan, self.bundle.content.artefacts))

    def _odd(self) -> HostError | None:
        """What lies staged there is compared here, where it costs the host no process."""
        odd = sorted({*self._modes} ^ {*modes(self.wanted)})
        if not odd:
            return None
        return HostError(
            self.bundle.host,
            "the staged files are not what was sent (is an owner unknown there?)",
            "\n    ".join(("nothing was switched; mend this and run it again", *odd[:_MOST_SHOWN])),
        )
