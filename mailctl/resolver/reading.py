"""What a reply says to the question that was asked (RFC 1034, 4.3.1; RFC 2308, 2).

Records that the question does not lead to are not looked at. An empty reply is an absence
only from a server that could know: one that owns the name, or that looks further for us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.presentation import presented

if TYPE_CHECKING:
    import dns.message
    import dns.name
    import dns.rrset

_LONGEST_CHAIN = 8
"""CNAMEs that are followed, as most resolvers do."""


def understood(said: dns.message.Message, name: str, kind: str, server: Server) -> Answer:
    """The reply as an answer; FAILED where it tells nothing about the name."""
    import dns.flags
    import dns.rcode

    rcode = said.rcode()
    if rcode not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        reason = f"{server} answers {dns.rcode.to_text(rcode)}"
        return Answer(name, kind, Status.FAILED, server, reason=reason)
    aliases, rrset = _followed(said, kind)
    status = Status.NXDOMAIN if rcode == dns.rcode.NXDOMAIN else Status.NODATA
    if rrset is not None:
        status = Status.FOUND
    reason = "" if rrset is not None else _no_answer(said, aliases, server)
    return Answer(
        name=name,
        type=kind,
        status=Status.FAILED if reason else status,
        server=server,
        data=() if rrset is None else tuple(sorted(map(presented, rrset))),
        ttl=0 if rrset is None else int(rrset.ttl),
        aliases=aliases,
        zone=_zone(said),
        authoritative=bool(said.flags & dns.flags.AA),
        authentic=bool(said.flags & dns.flags.AD),
        signatures=() if rrset is None else _signatures(said, rrset),
        reason=reason,
    )


def _no_answer(said: dns.message.Message, aliases: tuple[str, ...], server: Server) -> str:
    """Why a reply without the records is no absence; empty where it is one."""
    import dns.flags
    import dns.rdatatype

    asked = said.question[0].name
    if len(aliases) >= _LONGEST_CHAIN or len(set(aliases)) < len(aliases):
        return f"the aliases from {_text(asked)} never end (RFC 1034, 3.6.2)"
    if said.flags & dns.flags.AA:
        return ""
    kinds = {rrset.rdtype for rrset in said.authority}
    if dns.rdatatype.NS in kinds and dns.rdatatype.SOA not in kinds:
        return f"{server} only names other servers"
    if said.flags & dns.flags.RD and not said.flags & dns.flags.RA:
        return f"{server} is no resolver: it does not look further"
    return ""


def _followed(
    said: dns.message.Message, kind: str
) -> tuple[tuple[str, ...], dns.rrset.RRset | None]:
    """The names that CNAMEs lead through, and the records that were asked for."""
    import dns.rdataclass
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(kind)
    name: dns.name.Name = said.question[0].name
    aliases: list[str] = []
    for _ in range(_LONGEST_CHAIN + 1):
        rrset = said.get_rrset(said.answer, name, dns.rdataclass.IN, wanted)
        if rrset is not None:
            return tuple(aliases), rrset
        alias = said.get_rrset(said.answer, name, dns.rdataclass.IN, dns.rdatatype.CNAME)
        if alias is None:
            break
        name = alias[0].target
        aliases.append(_text(name))
    return tuple(aliases), None


def _signatures(said: dns.message.Message, rrset: dns.rrset.RRset) -> tuple[str, ...]:
    import dns.rdataclass
    import dns.rdatatype

    found = said.get_rrset(
        said.answer, rrset.name, dns.rdataclass.IN, dns.rdatatype.RRSIG, covers=rrset.rdtype
    )
    return () if found is None else tuple(sorted(map(str, found)))


def _zone(said: dns.message.Message) -> str:
    """The owner of the SOA: of the answer itself, or of the zone that denies it (RFC 2308, 3)."""
    import dns.rdatatype

    for section in (said.answer, said.authority):
        for rrset in section:
            if rrset.rdtype == dns.rdatatype.SOA:
                return _text(rrset.name) or "."
    return ""


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower().removesuffix(".")
