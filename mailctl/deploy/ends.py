"""How a host stands after an apply or a rollback: one word for programs, a few for people."""

from __future__ import annotations

from enum import Enum

from mailctl.deploy.apply import Applied
from mailctl.deploy.events import Ended
from mailctl.errors import HostError, NotBegun, OutcomeUnknown, RolledBack, Stuck


class State(Enum):
    """Of one host, at the end."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """It failed before anything was switched."""
    WENT_BACK = "went-back"
    """It was switched, and the former generation is live again."""
    STUCK = "stuck"
    """The former generation is live again, and something there needs a person."""
    NOT_BEGUN = "not-begun"
    UNKNOWN = "unknown"
    """The connection was lost after the switch was ordered, and the host could not be asked."""


_BY_ERROR: tuple[tuple[type[HostError], State], ...] = (
    (NotBegun, State.NOT_BEGUN),
    (OutcomeUnknown, State.UNKNOWN),
    (Stuck, State.STUCK),
    (RolledBack, State.WENT_BACK),
)


def state_of(one: Ended[Applied]) -> State:
    """By its result or its error; every error that is not named here comes before a switch."""
    if one.result is not None:
        return State.CHANGED if one.result.changed else State.UNCHANGED
    for kind, state in _BY_ERROR:
        if isinstance(one.error, kind):
            return state
    return State.KEPT


def generation_of(one: Ended[Applied]) -> int | None:
    """The generation that is live, where it is known."""
    if one.result is not None:
        return one.result.generation
    return one.error.generation if isinstance(one.error, RolledBack) else None


def words(one: Ended[Applied]) -> str:
    """For the table at the end; a command where one shows more."""
    number = generation_of(one)
    match state_of(one):
        case State.CHANGED:
            return f"generation {number} is live"
        case State.UNCHANGED:
            return "nothing to do"
        case State.KEPT:
            return "kept what it had"
        case State.WENT_BACK:
            return f"went back to generation {number}" if number else "went back to what it had"
        case State.STUCK:
            return "went back, not wholly: log in and mend it"
        case State.NOT_BEGUN:
            return "not begun"
        case State.UNKNOWN:
            return f"unknown: mailctl generations {one.host}"
