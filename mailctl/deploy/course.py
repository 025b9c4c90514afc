"""How far a conversation with the agent came, as seen from here: was the switch ordered?

Until then a lost connection changes nothing. After it the host alone knows how it ended.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.deploy.host import Answer
from mailctl.deploy.script import Errand
from mailctl.errors import OutcomeUnknown, Unreachable

SWITCH = b"switch\n"


@dataclass(slots=True)
class Course:
    """Wraps the answers of one conversation, and remembers whether one of them was SWITCH.
    `ordered` is true from the start where the orders themselves say so, as in a rollback."""

    talk: Answer
    ordered: bool = False

    def answer(self, line: str) -> bytes:
        said = self.talk(line)
        # before it is sent: what was sent in vain is unknown, too
        self.ordered = self.ordered or said == SWITCH
        return said

    def lost(self, error: Unreachable, errand: Errand, base: int, digest: str) -> Unreachable:
        """What an Unreachable means at this point of the course; see OutcomeUnknown."""
        if not self.ordered:
            hint = "; ".join(filter(None, ("nothing was switched", error.hint)))
            return Unreachable(error.host, error.message, hint)
        return OutcomeUnknown(
            error.host,
            f"how it ended is unknown, for the switch was ordered: {error.message}",
            f"unless our word reached it, the host goes back by itself after {errand.patience} s; "
            f"see how it ended: mailctl generations {error.host}",
            base=base,
            digest=digest,
        )
