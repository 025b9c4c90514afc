"""What the server shows, as values: every set of records that was asked for, byte by byte.

A prerequisite names a set exactly (RFC 2136, 2.4.2), and a record is deleted by its value
(2.5.4): so the data are kept as they came, beside the text that `compare` takes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class Datum:
    """One record's data: as `Record.data` is written, and in wire format without compression."""

    text: str
    wire: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """The set of one name and type in a zone of the server; without data there is none.
    `through` are the texts that an alias in its place leads to, as far as this server knows."""

    name: str
    type: str
    zone: str
    ttl: int = 0
    data: tuple[Datum, ...] = ()
    through: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(sorted(datum.text for datum in self.data))

    def without_data(self) -> Seen:
        return replace(self, ttl=0, data=())


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A name that this server cannot change. `broken`: it should, but something ails it."""

    name: str
    reason: str
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """All sets that were asked for, with those CNAME that stand at their names, and the names
    that the server does not own."""

    sets: tuple[Seen, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
