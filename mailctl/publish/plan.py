"""What would change, as values: records, sets of them, zones, and what is not the server's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from mailctl.dns.record import Record
from mailctl.publish.seen import Datum, Seen


@dataclass(frozen=True, slots=True)
class Change:
    """One record that comes (`new`), goes (`old`), or takes another's place (both)."""

    name: str
    type: str
    ttl: int
    old: Datum | None = None
    new: Datum | None = None

    @property
    def mark(self) -> str:
        if self.old and self.new:
            return "~"
        return "+" if self.new else "-"


@dataclass(frozen=True, slots=True)
class SetPlan:
    """One set as it was seen, and what is done to it. `kept` counts records that fit, `alien`
    are other people's, `obsolete` are of mail but not wanted, and stay, `blocked` says why
    what is wanted cannot be there."""

    seen: Seen
    changes: tuple[Change, ...] = ()
    kept: int = 0
    alien: tuple[Datum, ...] = ()
    obsolete: tuple[Datum, ...] = ()
    blocked: str = ""

    @property
    def afterwards(self) -> tuple[str, ...]:
        """The data that the set has when all is done, as texts."""
        texts = [datum.text for datum in self.seen.data]
        for change in self.changes:
            if change.old:
                texts.remove(change.old.text)
            if change.new:
                texts.append(change.new.text)
        return tuple(sorted(texts))


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """One zone of the server."""

    zone: str
    sets: tuple[SetPlan, ...]

    @property
    def touched(self) -> tuple[SetPlan, ...]:
        return tuple(one for one in self.sets if one.changes)

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(chain.from_iterable(one.changes for one in self.sets))

    @property
    def blocked(self) -> tuple[str, ...]:
        return tuple(one.blocked for one in self.sets if one.blocked)

    @property
    def ours(self) -> int:
        """Records that are there, and by their kind the spec's."""
        leaving = sum(1 for change in self.changes if change.old)
        return sum(one.kept + len(one.obsolete) for one in self.sets) + leaving


@dataclass(frozen=True, slots=True)
class NotOurs:
    """Records whose zone the server does not own, with its reason. `expected`: the spec has
    the zone for its own, or it is there and broken, so that something was left undone."""

    zone: str
    reason: str
    records: tuple[Record, ...]
    expected: bool

    @property
    def reverse(self) -> bool:
        return self.zone.endswith(".arpa")


@dataclass(frozen=True, slots=True)
class Plan:
    zones: tuple[ZonePlan, ...]
    not_ours: tuple[NotOurs, ...]
