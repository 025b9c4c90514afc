"""Which names and types are looked at: those that are wanted, and those where mail records of
a former spec may be left."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.dns.places import Selector, mail_places
from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.system import System
from mailctl.publish.dialogue import Question


def places(
    wanted: Iterable[Record],
    system: System,
    zone: str = "",
    retired: Iterable[Selector] = (),
) -> tuple[Question, ...]:
    """Names and types, sorted; with `zone` only those that the spec takes to be in it.
    `retired` are DKIM keys that were published once."""
    zones = Zones(system)
    asked = {(record.name, record.type) for record in wanted if zone in ("", record.zone)}
    former = {
        (name, kind)
        for name, kind in mail_places(system, retired)
        if zone in ("", zones.of(name)[0])
    }
    return tuple(sorted(asked | former))
