"""Asks the server itself what it holds: the sets, and the zone of each name (RFC 2136, 4.1).

A name's zone is the owner of the SOA that the server shows for it, whatever the world outside
knows of delegations. What a wildcard makes up (RFC 4592, 3.3.1) is not there for an update.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mailctl.publish.dialogue import Dialogue, Question
from mailctl.publish.seen import Datum, Elsewhere, Seen, Survey
from mailctl.resolver.answer import Server
from mailctl.resolver.presentation import presented

if TYPE_CHECKING:
    import dns.message
    import dns.name
    import dns.rrset

_PROBE = "mailctl-is-there-a-wildcard"
"""A label that nobody has."""

_NOT_HERE = frozenset({"REFUSED", "NOTAUTH"})

Sets = dict[Question, Seen]


def survey(dialogue: Dialogue, questions: Iterable[Question]) -> Survey:
    """What the server shows at all these names and types. Raises PublishError when it cannot
    be asked."""
    sets: Sets = {}
    asked = list(dialogue.ask_all(sorted(set(questions))))
    server = dialogue.server
    owners: dict[str, str | Elsewhere] = {}
    for (name, _), reply in asked:
        owner = _owner(name, reply, server)
        if owner is not None:
            owners.setdefault(name, owner)
    _find_owners(dialogue, sorted({name for (name, _), _ in asked}), owners)
    for (name, kind), reply in asked:
        zone = owners[name]
        if isinstance(zone, str):
            sets.update({(one.name, one.type): one for one in _sets(name, kind, zone, reply)})
    kept = _without_wildcards(dialogue, sets)
    away = {owner.name: owner for owner in owners.values() if isinstance(owner, Elsewhere)}
    return Survey(
        tuple(kept[place] for place in sorted(kept)), tuple(away[name] for name in sorted(away))
    )


def _owner(name: str, reply: dns.message.Message, server: Server) -> str | Elsewhere | None:
    """The zone that an answer shows a name to be in; None when it does not show any."""
    import dns.flags
    import dns.rcode
    import dns.rdatatype

    rcode = dns.rcode.to_text(reply.rcode())
    if rcode not in ("NOERROR", "NXDOMAIN"):
        broken = rcode not in _NOT_HERE
        return Elsewhere(name, f"{server} answers {rcode}", broken=broken)
    if not reply.flags & dns.flags.AA:
        return Elsewhere(name, _delegated(reply) or f"{server} is not authoritative")
    # after an alias the SOA is that of its target's zone
    sections = (reply.answer, [] if reply.answer else reply.authority)
    for rrset in (rrset for section in sections for rrset in section):
        zone = _text(rrset.name)
        if rrset.rdtype == dns.rdatatype.SOA and f".{name}".endswith(f".{zone}".rstrip(".")):
            return zone
    return None


def _delegated(reply: dns.message.Message) -> str:
    import dns.rdatatype

    for rrset in reply.authority:
        if rrset.rdtype == dns.rdatatype.NS:
            servers = ", ".join(sorted(_text(one.target) for one in rrset))
            return f"{_text(rrset.name) or '.'} is delegated to {servers}"
    return ""


def _find_owners(dialogue: Dialogue, names: list[str], owners: dict[str, str | Elsewhere]) -> None:
    """Ask for the SOA of those names whose zone did not show yet. Where an alias stands, which
    is no zone's first name (RFC 1034, 3.6.2), its parent is in the same zone."""
    steps = {name: name for name in names if name not in owners}
    while steps:
        questions = [(step, "SOA") for step in sorted(set(steps.values()))]
        found = {
            step: _owner(step, reply, dialogue.server)
            for (step, _), reply in dialogue.ask_all(questions)
        }
        onwards: dict[str, str] = {}
        for name, step in steps.items():
            owner, parent = found[step], step.partition(".")[2]
            if isinstance(owner, Elsewhere):
                owners[name] = replace(owner, name=name)
            elif owner is not None:
                owners[name] = owner
            elif parent:
                onwards[name] = parent
            else:
                owners[name] = Elsewhere(name, f"{dialogue.server} shows no zone for it")
        steps = onwards


def _sets(name: str, kind: str, zone: str, reply: dns.message.Message) -> Iterator[Seen]:
    """The set that was asked for, and the CNAME in its place."""
    here = {_kind(rrset): rrset for rrset in reply.answer if _text(rrset.name) == name}
    for found in {kind, "CNAME"} & here.keys():
        yield Seen(name, found, zone, int(here[found].ttl), _data(here[found]))
    if kind not in here:
        # nothing else is in an answer than what the chain of aliases leads to
        ends = (rrset for rrset in reply.answer if _kind(rrset) == kind)
        through = tuple(sorted(presented(one) for rrset in ends for one in rrset))
        yield Seen(name, kind, zone, through=through)


def _data(rrset: dns.rrset.RRset) -> tuple[Datum, ...]:
    return tuple(sorted(Datum(presented(one), one.to_wire() or b"") for one in rrset))


def _without_wildcards(dialogue: Dialogue, sets: Sets) -> Sets:
    """Sets that are only a wildcard's are none: what stands at a name hides the wildcard from
    the names below it (RFC 4592, 3.3.1), so one of them shows which it is."""
    covers = {place: list(_wildcards(one)) for place, one in sets.items() if one.data}
    questions = sorted({question for several in covers.values() for question in several})
    above = {question: _shown(*question, reply) for question, reply in dialogue.ask_all(questions)}
    doubtful = [
        sets[place]
        for place, several in covers.items()
        if any(above[question] == sets[place].texts for question in several)
    ]
    below = {(f"{_PROBE}.{one.name}", one.type): one for one in doubtful}
    kept = dict(sets)
    for (name, kind), reply in dialogue.ask_all(sorted(below)):
        one = below[name, kind]
        if _shown(name, kind, reply) == one.texts:
            kept[one.name, one.type] = one.without_data()
    return kept


def _wildcards(one: Seen) -> Iterator[Question]:
    """Those that could make the set up; a zone's first name is always there itself."""
    name = one.name
    while name != one.zone and "." in name:
        name = name.partition(".")[2]
        if f"*.{name}" != one.name:
            yield f"*.{name}", one.type


def _shown(name: str, kind: str, reply: dns.message.Message) -> tuple[str, ...]:
    return tuple(
        sorted(
            presented(one)
            for rrset in reply.answer
            if _text(rrset.name) == name and _kind(rrset) == kind
            for one in rrset
        )
    )


def _kind(rrset: dns.rrset.RRset) -> str:
    import dns.rdatatype

    return dns.rdatatype.to_text(rrset.rdtype)


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower().removesuffix(".")
