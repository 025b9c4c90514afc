"""Small readings of an answer's sections: names, types and data as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailctl.resolver.presentation import presented

if TYPE_CHECKING:
    import dns.message
    import dns.name
    import dns.rrset


def texts_at(name: str, kind: str, reply: dns.message.Message) -> tuple[str, ...]:
    """The data that an answer has at just this name, sorted."""
    return tuple(
        sorted(
            presented(one)
            for rrset in reply.answer
            if name_of(rrset.name) == name and kind_of(rrset) == kind
            for one in rrset
        )
    )


def kind_of(rrset: dns.rrset.RRset) -> str:
    import dns.rdatatype

    return dns.rdatatype.to_text(rrset.rdtype)


def name_of(name: dns.name.Name) -> str:
    """In lower case, without the final dot; the root's is empty."""
    return name.to_text(omit_final_dot=True).lower().removesuffix(".")
