"""What is asked of DNS: the names and types of the spec's records, and the places where a spec
could ask for records and this one does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.dns.places import Selector, mail_places
from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.system import System


@dataclass(frozen=True, slots=True)
class Question:
    """One name and type; `wanted` may be empty: then what stands there is of a former spec, or
    of somebody who knows more than this one, as a host's address of a family that it leaves out.
    """

    zone: str
    name: str
    type: str
    wanted: tuple[Record, ...] = ()


def questions(
    system: System, records: Iterable[Record], retired: Iterable[Selector] = ()
) -> tuple[Question, ...]:
    """Each name and type once, sorted by zone, name and type."""
    wanted: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        wanted.setdefault((record.name, record.type), []).append(record)
    found = {
        place: Question(members[0].zone, *place, wanted=tuple(members))
        for place, members in wanted.items()
    }
    zones = Zones(system)
    for name, kind in mail_places(system, retired):
        nothing = Question(zones.of(name)[0], name, kind)
        found.setdefault((name, kind), nothing)
    return tuple(sorted(found.values(), key=lambda each: (each.zone, each.name, each.type)))
