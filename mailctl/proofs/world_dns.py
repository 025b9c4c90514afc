"""Asking the world's name server, and no other: the process' own resolver knows another world."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.query
import dns.rdatatype

from mailctl.proofs.ground import Ground
from mailctl.resolver.presentation import presented

_TIMEOUT = 5.0


def lookup(ground: Ground, name: str, kind: str) -> tuple[str, ...]:
    """The data of all records of this name and type, as a Record has it, sorted.

    A TXT comes as one text, its strings joined; an empty answer and a missing name are the same.
    """
    query = dns.message.make_query(name, kind, use_edns=True)
    query.flags |= dns.flags.RD
    answer, _ = dns.query.udp_with_fallback(query, ground.outside.address, timeout=_TIMEOUT)
    wanted = dns.rdatatype.from_text(kind)
    found = [data for rrset in answer.answer if rrset.rdtype == wanted for data in rrset]
    return tuple(sorted(map(presented, found)))
