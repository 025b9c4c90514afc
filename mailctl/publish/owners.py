"""Which zone of the server a name is in: the one whose SOA it shows (RFC 2136, 4.1;
RFC 2308, 3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailctl.publish.dialogue import Dialogue
from mailctl.publish.sections import kind_of, name_of
from mailctl.publish.seen import Elsewhere
from mailctl.resolver.answer import Server

if TYPE_CHECKING:
    import dns.message

_NOT_HERE = frozenset({"REFUSED", "NOTAUTH"})

Owners = dict[str, str | Elsewhere]
"""By name: its zone, or why it has none here."""


def shown_owner(name: str, reply: dns.message.Message, server: Server) -> str | Elsewhere | None:
    """The zone that an answer shows a name to be in; None when it does not show any."""
    import dns.flags
    import dns.rcode

    rcode = dns.rcode.to_text(reply.rcode())
    if rcode not in ("NOERROR", "NXDOMAIN"):
        broken = rcode not in _NOT_HERE
        return Elsewhere(name, f"{server} answers {rcode}", broken=broken)
    if not reply.flags & dns.flags.AA:
        return Elsewhere(name, _delegated(reply) or f"{server} is not authoritative")
    # after an alias the SOA is that of its target's zone
    sections = (reply.answer, [] if reply.answer else reply.authority)
    for rrset in (rrset for section in sections for rrset in section):
        zone = name_of(rrset.name)
        if kind_of(rrset) == "SOA" and f".{name}".endswith(f".{zone}".rstrip(".")):
            return zone
    return None


def find_owners(dialogue: Dialogue, names: list[str], owners: Owners) -> None:
    """Ask for the SOA of those names whose zone did not show yet. Where an alias stands, which
    is no zone's first name (RFC 1034, 3.6.2), its parent is in the same zone."""
    steps = {name: name for name in names if name not in owners}
    while steps:
        questions = [(step, "SOA") for step in sorted(set(steps.values()))]
        found = {
            step: shown_owner(step, reply, dialogue.server)
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


def _delegated(reply: dns.message.Message) -> str:
    for rrset in reply.authority:
        if kind_of(rrset) == "NS":
            servers = ", ".join(sorted(name_of(one.target) for one in rrset))
            return f"{name_of(rrset.name) or '.'} is delegated to {servers}"
    return ""
