"""After a connection was lost in the middle of a switch: ask the host how it ended.

The host ends it by itself, for better or worse, within its patience and the time that going back
takes; until then it is asked again. Only a host that cannot be asked is told as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mailctl.deploy.apply import Applied, Report
from mailctl.deploy.generations import Standing, standing
from mailctl.deploy.host import Remote
from mailctl.deploy.script import Errand
from mailctl.errors import HostError, OutcomeUnknown, RolledBack, Unreachable

_LONGEST_PAUSE = 10.0
_GOING_BACK = 60.0
"""Seconds that restarting the services of the former generation may take."""

Connect = Callable[[], Remote]
Pause = Callable[[float], None]


def ended(
    unknown: OutcomeUnknown, connect: Connect, errand: Errand, report: Report, pause: Pause
) -> Applied:
    """How it ended; raises RolledBack, another HostError, or `unknown` where nobody can tell."""
    report("the connection was lost; asking the host how it ended")
    for seconds in pauses(errand.patience):
        pause(seconds)
        try:
            with connect() as remote:
                found = standing(remote, errand)
        except Unreachable:
            continue
        except HostError:
            break
        if not found.busy:
            return _judged(unknown, found)
    raise unknown


def pauses(patience: int) -> Iterator[float]:
    """Seconds between one question and the next: growing, and in sum longer than the host needs."""
    total, pause = 0.0, 1.0
    while total < patience + _GOING_BACK:
        yield pause
        total += pause
        pause = min(2 * pause, _LONGEST_PAUSE)


def _judged(unknown: OutcomeUnknown, found: Standing) -> Applied:
    live = found.live
    number = live.number if live else 0
    if number == unknown.base:
        state = f"generation {number} is live" if number else "the host is as it was before"
        raise RolledBack(
            unknown.host,
            f"the connection was lost, and the host did not keep what it was told: {state}",
            "run it again",
            generation=number,
        )
    if live is not None and live.digest == unknown.digest:
        return Applied(unknown.host, number, changed=True)
    raise HostError(
        unknown.host,
        f"the connection was lost, and generation {number} is live now, which is not ours",
        f"somebody else has been there: mailctl generations {unknown.host}",
    )
