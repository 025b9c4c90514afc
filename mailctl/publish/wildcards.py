"""Tells what stands at a name from what a wildcard makes up there (RFC 4592, 3.3.1).

An update knows no wildcards: a prerequisite on a set that is only made up can never hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.places import LONGEST_NAME
from mailctl.publish.dialogue import Dialogue, Question
from mailctl.publish.sections import texts_at
from mailctl.publish.seen import Seen

_PROBE = "mailctl-is-there-a-wildcard"
"""A label that nobody has."""

Sets = dict[Question, Seen]


def without_wildcards(dialogue: Dialogue, sets: Sets) -> Sets:
    """Sets that are only a wildcard's are none: what stands at a name hides the wildcard from
    the names below it (RFC 4592, 3.3.1), so one of them shows which it is."""
    covers = {place: list(_wildcards(one)) for place, one in sets.items() if one.data}
    questions = sorted({question for several in covers.values() for question in several})
    above = {
        question: texts_at(*question, reply) for question, reply in dialogue.ask_all(questions)
    }
    doubtful = [
        sets[place]
        for place, several in covers.items()
        if any(above[question] == sets[place].texts for question in several)
    ]
    below = {(f"{_PROBE}.{one.name}", one.type): one for one in doubtful if _has_room(one)}
    kept = dict(sets)
    for (name, kind), reply in dialogue.ask_all(sorted(below)):
        one = below[name, kind]
        if texts_at(name, kind, reply) == one.texts:
            kept[one.name, one.type] = one.without_data()
    return kept


def _wildcards(one: Seen) -> Iterator[Question]:
    """Those that could make the set up; a zone's first name is always there itself."""
    name = one.name
    while name != one.zone and "." in name:
        name = name.partition(".")[2]
        if f"*.{name}" != one.name:
            yield f"*.{name}", one.type


def _has_room(one: Seen) -> bool:
    return len(f"{_PROBE}.{one.name}") <= LONGEST_NAME
