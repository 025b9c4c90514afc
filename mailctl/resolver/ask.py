"""One question to one server: by UDP with EDNS, again when nothing comes, by TCP when it is cut.

An answer counts only when it comes from the server that was asked, to the question that was
asked (RFC 5452, 9); records that the question does not lead to are not looked at.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.presentation import presented

if TYPE_CHECKING:
    import dns.message
    import dns.name
    import dns.rrset

_EDNS_PAYLOAD = 1232
"""Bytes that pass every path unfragmented (DNS flag day 2020; RFC 9715, 3.2)."""

_LONGEST_CHAIN = 8
"""CNAMEs that are followed, as most resolvers do."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each try waits, in seconds; their number is that of the tries."""

    waits: tuple[float, ...] = (1.5, 3.0, 5.0)
    pause: float = 0.2
    """Before a server that said SERVFAIL is asked again."""


PATIENT = Patience()


def ask(
    server: Server,
    name: str,
    kind: str,
    patience: Patience = PATIENT,
    *,
    recursive: bool = False,
) -> Answer:
    """The server's answer; FAILED with the last try's reason when there is none. Never raises
    for what a server does; ValueError for a name that is none."""
    import dns.exception
    import dns.message

    question = _question(name, kind, recursive)
    reason = ""
    for wait in patience.waits:
        try:
            said = _exchange(server, question, wait)
        except dns.exception.Timeout:
            reason = f"no answer from {server} within {_seconds(patience.waits)}"
            continue
        except (OSError, EOFError, dns.exception.DNSException) as error:
            reason = f"{server}: {_fault(error)}"
            time.sleep(patience.pause)
            continue
        found = _understood(said, name, kind, server)
        if not found.failed:
            return found
        reason = found.reason
        time.sleep(patience.pause)
    return Answer(name, kind, Status.FAILED, server, reason=reason)


def _question(name: str, kind: str, recursive: bool) -> dns.message.Message:
    import dns.exception
    import dns.flags
    import dns.message

    try:
        question = dns.message.make_query(f"{name}.", kind, use_edns=0, payload=_EDNS_PAYLOAD)
    except dns.exception.DNSException as error:
        raise ValueError(f"{name!r} is no name that DNS could have") from error
    if not recursive:
        question.flags &= ~dns.flags.RD
    return question


def _exchange(server: Server, question: dns.message.Message, wait: float) -> dns.message.Message:
    """The reply by UDP, or by TCP where UDP has no room for it (RFC 7766, 5)."""
    import dns.query
    import dns.rcode

    place = {"where": server.address, "timeout": wait, "port": server.port}
    said, _ = dns.query.udp_with_fallback(
        question,
        ignore_unexpected=True,
        ignore_errors=True,
        **place,  # type: ignore[arg-type]
    )
    if said.rcode() == dns.rcode.FORMERR and not said.options:
        # a server from before EDNS (RFC 6891, 7)
        plain = dns.message.make_query(question.question[0].name, question.question[0].rdtype)
        plain.flags = question.flags
        said, _ = dns.query.udp_with_fallback(
            plain,
            ignore_unexpected=True,
            ignore_errors=True,
            **place,  # type: ignore[arg-type]
        )
    return said


def _understood(said: dns.message.Message, name: str, kind: str, server: Server) -> Answer:
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
    return Answer(
        name=name,
        type=kind,
        status=status,
        server=server,
        data=() if rrset is None else tuple(sorted(map(presented, rrset))),
        ttl=0 if rrset is None else int(rrset.ttl),
        aliases=aliases,
        zone=_zone(said),
        authoritative=bool(said.flags & dns.flags.AA),
        authentic=bool(said.flags & dns.flags.AD),
    )


def _followed(
    said: dns.message.Message, kind: str
) -> tuple[tuple[str, ...], dns.rrset.RRset | None]:
    """The names that CNAMEs lead through, and the records that were asked for."""
    import dns.rdataclass
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(kind)
    name: dns.name.Name = said.question[0].name
    aliases: list[str] = []
    for _ in range(_LONGEST_CHAIN):
        rrset = said.get_rrset(said.answer, name, dns.rdataclass.IN, wanted)
        if rrset is not None:
            return tuple(aliases), rrset
        alias = said.get_rrset(said.answer, name, dns.rdataclass.IN, dns.rdatatype.CNAME)
        if alias is None:
            break
        name = alias[0].target
        aliases.append(_text(name))
    return tuple(aliases), None


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


def _fault(error: BaseException) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    if isinstance(error, EOFError):
        return "the connection was closed"
    return f"the reply cannot be read ({type(error).__name__})"


def _seconds(waits: tuple[float, ...]) -> str:
    return f"{sum(waits):g} s ({len(waits)} tries)"
