"""What can go wrong with an apply, and when: declared here, drawn by a seed.

The same seed gives the same faults in the same order. A deck holds each kind as often as its
weight says, so that a run of one deck leaves none out.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What happens; the value is how often a deck of 200 holds it."""

    KILL_AGENT = ("kill -9 of the agent and all that it started", 40)
    KILL_SHELL = ("kill -9 of the agent's shell alone", 18)
    KILL_SESSION = ("kill -9 of sshd's session", 8)
    KILL_GUARD = ("kill -9 of the agent, and of the guard that takes it back", 8)
    CUT_SENT = ("reset at a byte of what the client sends", 12)
    CUT_HEARD = ("reset at a byte of what the client hears", 10)
    HUSH_SENT = ("silence after a byte of what the client sends", 8)
    HUSH_HEARD = ("silence after a byte of what the client hears", 8)
    CUT_NOW = ("reset at a step", 8)
    HUSH_NOW = ("silence from a step on", 10)
    KILL_CLIENT = ("kill -9 of `mailctl apply`", 12)
    POWER_CUT = ("power cut, and boot", 16)
    TWO_POWER_CUTS = ("power cut, and another one while it boots", 6)
    DISK_FULL = ("disk full", 12)
    READ_ONLY_STATE = ("/var/lib/mailctl read-only", 7)
    READ_ONLY_ETC = ("/etc read-only", 5)
    REFUSED = ("a daemon refuses its configuration", 2)
    START_FAILS = ("a daemon does not start", 2)
    PORT_TAKEN = ("a port is taken", 2)
    DIES_LATER = ("a daemon dies after a second", 2)
    PROBE_FAILS = ("a port greets as somebody else", 2)

    @property
    def title(self) -> str:
        return self.value[0]

    @property
    def weight(self) -> int:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Moment:
    """When the agent has printed its `nth` line that begins like this (`begin`: when it was
    started), and `delay` seconds more. `held`: the client does not answer before."""

    line: str
    nth: int = 1
    delay: float = 0.0
    held: bool = False

    def __str__(self) -> str:
        text = self.line.replace("\t", " ") + (f" no. {self.nth}" if self.nth > 1 else "")
        return f"{text}, held" if self.held else f"{text} +{self.delay:.3f} s"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `share` says at which part of all bytes, or how full the disk is; `restarts`:
    what is applied restarts a service and has a link more."""

    number: int
    kind: Kind
    moment: Moment
    share: float
    restarts: bool
    rollback: bool

    def __str__(self) -> str:
        errand = "rollback" if self.rollback else "apply"
        return f"no. {self.number}, {self.kind.title} ({errand}; {self.moment}; {self.share:.3f})"


_BY_BYTES = {Kind.CUT_SENT, Kind.CUT_HEARD, Kind.HUSH_SENT, Kind.HUSH_HEARD}
_BAD_BUNDLES = {
    *(Kind.REFUSED, Kind.START_FAILS, Kind.PORT_TAKEN, Kind.DIES_LATER, Kind.PROBE_FAILS)
}
_ALWAYS_APPLY = {Kind.KILL_CLIENT, *_BAD_BUNDLES, *_BY_BYTES}

_SPANS = (
    ("begin", 1, 0.3),
    ("step\tlaying", 1, 0.1),
    ("step\tchecking", 1, 0.5),
    ("ask\tswitch", 1, 0.05),
    ("step\tswitching", 1, 0.08),
    ("step\tre", 1, 0.1),
    ("step\tre", 1, 0.6),
    ("ask\tconfirm", 1, 0.05),
)
"""The agent's lines, and the seconds after each in which something of its own happens."""

_ROLLBACK_SPANS = (_SPANS[0], *_SPANS[4:])


def faults(seed: int) -> Iterator[Fault]:
    """All faults of a seed, without an end."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    numbers = itertools.count(1)
    while True:
        deck = [kind for kind in Kind for _ in range(kind.weight)]
        chance.shuffle(deck)
        for kind in deck:
            yield _fault(next(numbers), kind, chance)


def _fault(number: int, kind: Kind, chance: random.Random) -> Fault:
    rollback = chance.random() < 0.2 and kind not in _ALWAYS_APPLY
    line, nth, span = chance.choice(_ROLLBACK_SPANS if rollback else _SPANS)
    delay = chance.choice((0.0, chance.random() * span))
    held = chance.random() < 0.5 and line.startswith("ask")
    return Fault(
        number=number,
        kind=kind,
        moment=Moment(line, nth, 0.0 if held else delay, held),
        share=chance.random(),
        restarts=chance.random() < 0.3 and kind not in _BAD_BUNDLES,
        rollback=rollback,
    )
