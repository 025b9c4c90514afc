"""What is to be said about the surroundings of the records, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """ERROR: mail suffers, or DNS does not work. UNKNOWN: it could not be asked."""

    ERROR = "error"
    UNKNOWN = "unknown"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What can be said of a thing, before it is known where: `message` goes on after its name."""

    rule: str
    weight: Weight
    message: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """`rule` is a stable id, `zone` where it is shown (empty: all zones), `name` what it is
    about, `reference` the section that says so."""

    rule: str
    weight: Weight
    zone: str
    name: str
    message: str
    reference: str = ""
