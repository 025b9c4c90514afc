"""One command on a host of NixOS, as a conversation: it says what is there, is told what to do.

As visit.py for other hosts; what there is to look at and to send is another thing here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mailctl.bundle import HostBundle
from mailctl.deploy.host import Answer, HeardEnough, Outcome
from mailctl.deploy.lines import read_whole
from mailctl.deploy.look import ASK
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.nixos.delivery import delivery
from mailctl.deploy.nixos.look import CHANGING, Seen, seen
from mailctl.deploy.nixos.planning import make_plan, refuse_host
from mailctl.deploy.plan import Plan
from mailctl.deploy.script import continuation
from mailctl.errors import HostError, Unreachable

PARTS = (*CHANGING, "nixos/apply")
"""Of the agent that carries out a plan."""

Permit = Callable[[Plan], None]


@dataclass(slots=True)
class Talk:
    """The client's side. `permit` looks at a plan with something in it, and raises a HostError to
    refuse it; `talk` answers once the work has begun."""

    bundle: HostBundle
    wanted: Manifest
    permit: Permit
    talk: Answer
    _said: list[str] = field(default_factory=list)
    _plan: Plan | None = None

    @property
    def base(self) -> int:
        """The generation that was live when the plan was made; 0 while there is none."""
        return self._plan.base[0] if self._plan is not None else 0

    def answer(self, line: str) -> bytes:
        """To one line of the agent."""
        if self._plan is not None:
            return self.talk(line)
        if line != ASK:
            self._said.append(line)
            return b""
        found = self._found()
        self._plan = make_plan(self.bundle, self.wanted, found)
        if self._plan.is_empty:
            raise HeardEnough
        self.permit(self._plan)
        return continuation(PARTS, *delivery(self._plan, found, self.bundle))

    def ended(self, outcome: Outcome) -> Plan:
        """The plan that was made; raises why there was none."""
        if self._plan is not None:
            return self._plan
        raise cut_off(self.bundle.host, outcome)

    def _found(self) -> Seen:
        outcome = Outcome(0, "\n".join(self._said).encode(), b"")
        found = seen(read_whole(self.bundle.host, outcome))
        refuse_host(self.bundle, found)
        return found


def cut_off(host: str, outcome: Outcome) -> HostError:
    """Why an agent that looks ended before it had said all."""
    try:
        read_whole(host, outcome)
    except HostError as error:
        return error
    return Unreachable(
        host, "the agent ended before it was told what to do", "nothing was changed; run it again"
    )
