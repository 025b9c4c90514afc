"""What was found for one record, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """OUTDATED records stand where the spec's should stand alone, OBSOLETE ones where a spec
    could ask for some and this one asks for none. FOREIGN ones are others' and stay."""

    OK = "ok"
    MISSING = "missing"
    DIFFERENT = "different"
    OUTDATED = "outdated"
    OBSOLETE = "obsolete"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


FAULTS = frozenset({State.MISSING, State.DIFFERENT, State.OUTDATED})
"""What makes the records not be as the spec says."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one server says where they disagree; `reason` when it could not be asked."""

    server: str
    data: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One record that is wanted, or one that is there and is not.

    `wanted` is the data that the spec asks for, empty where it asks for none; `there` what is
    live in its place, `alias` where a CNAME stands in its way. `says` names the servers where
    they disagree. `reason` is why nobody knows, and `ttl` what an owner's server says, in
    seconds, or 0.
    """

    state: State
    zone: str
    name: str
    type: str
    wanted: str = ""
    there: tuple[str, ...] = ()
    says: tuple[Said, ...] = ()
    reason: str = ""
    ttl: int = 0
    alias: str = ""
