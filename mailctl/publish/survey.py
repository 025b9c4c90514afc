"""Asks the server itself what it holds: the sets, and the zone of each name.

Whatever the world outside knows of delegations: the update goes to this server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mailctl.dns.places import LONGEST_NAME
from mailctl.publish.dialogue import Dialogue, Question
from mailctl.publish.owners import Owners, find_owners, shown_owner
from mailctl.publish.sections import kind_of, name_of
from mailctl.publish.seen import Datum, Elsewhere, Seen, Survey
from mailctl.publish.wildcards import Sets, without_wildcards
from mailctl.resolver.presentation import presented

if TYPE_CHECKING:
    import dns.message
    import dns.rrset


def survey(dialogue: Dialogue, questions: Iterable[Question]) -> Survey:
    """What the server shows at all these names and types. Raises PublishError when it cannot
    be asked."""
    sets: Sets = {}
    wanted = sorted(set(questions))
    owners: Owners = {name: _too_long(name) for name, _ in wanted if len(name) > LONGEST_NAME}
    asked = list(dialogue.ask_all([place for place in wanted if place[0] not in owners]))
    server = dialogue.server
    for (name, _), reply in asked:
        owner = shown_owner(name, reply, server)
        if owner is not None:
            owners.setdefault(name, owner)
    find_owners(dialogue, sorted({name for (name, _), _ in asked}), owners)
    for (name, kind), reply in asked:
        zone = owners[name]
        if isinstance(zone, str):
            sets.update({(one.name, one.type): one for one in _sets(name, kind, zone, reply)})
    kept = without_wildcards(dialogue, sets)
    away = {owner.name: owner for owner in owners.values() if isinstance(owner, Elsewhere)}
    return Survey(
        tuple(kept[place] for place in sorted(kept)), tuple(away[name] for name in sorted(away))
    )


def _too_long(name: str) -> Elsewhere:
    """A long domain may ask for a name below it that no server could have."""
    return Elsewhere(name, f"{name} is longer than a name may be (RFC 1035, 2.3.4)", broken=True)


def _sets(name: str, kind: str, zone: str, reply: dns.message.Message) -> Iterator[Seen]:
    """The set that was asked for, and the CNAME in its place."""
    here = {kind_of(rrset): rrset for rrset in reply.answer if name_of(rrset.name) == name}
    for found in {kind, "CNAME"} & here.keys():
        yield Seen(name, found, zone, int(here[found].ttl), _data(here[found]))
    if kind not in here:
        # nothing else is in an answer than what the chain of aliases leads to
        ends = (rrset for rrset in reply.answer if kind_of(rrset) == kind)
        through = tuple(sorted(presented(one) for rrset in ends for one in rrset))
        yield Seen(name, kind, zone, through=through)


def _data(rrset: dns.rrset.RRset) -> tuple[Datum, ...]:
    return tuple(sorted(Datum(presented(one), one.to_wire() or b"") for one in rrset))
