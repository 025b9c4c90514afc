"""One question to one server: by UDP with EDNS, again when nothing comes, by TCP when it is cut.

An answer counts only when it comes from the server that was asked, to the question that was
asked (RFC 5452, 9). What nobody could answer is FAILED; `reading` says what a reply means.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.reading import understood

if TYPE_CHECKING:
    import dns.message

_EDNS_PAYLOAD = 1232
"""Bytes that pass every path unfragmented: the figure of the DNS flag day of 2020."""

_SIGNED = frozenset({"DNSKEY"})
"""Types that are of use only with their signatures (the DO bit, RFC 4035, 3.2.1)."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each try waits, in seconds; their number is that of the tries."""

    waits: tuple[float, ...] = (1.5, 3.0, 5.0)
    pause: float = 0.2
    """Before a server that said SERVFAIL, or does not run, is asked again."""


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
    question = _question(name, kind, recursive)
    answer = Answer(name, kind, Status.FAILED, server, silent=True)
    for wait in patience.waits:
        if answer.reason:
            time.sleep(patience.pause)
        answer = _attempt(server, question, name, kind, wait)
        if not answer.failed:
            return answer
        _no_checking(question, recursive)
    if not answer.reason:
        return replace(answer, reason=f"no answer from {server} within {_total(patience)}")
    return answer


def _attempt(
    server: Server, question: dns.message.Message, name: str, kind: str, wait: float
) -> Answer:
    import dns.exception

    failed = Answer(name, kind, Status.FAILED, server)
    try:
        return understood(_exchange(server, question, wait), name, kind, server)
    except dns.exception.Timeout:
        return replace(failed, silent=True)
    except _ByTcpOnly as error:
        return replace(failed, reason=f"{server} has a long answer, by TCP alone: {error}")
    except OSError as error:
        return replace(failed, reason=f"{server}: {_fault(error)}", silent=True)
    except dns.exception.DNSException as error:
        return replace(failed, reason=f"{server}: {_fault(error)}")


def _question(name: str, kind: str, recursive: bool) -> dns.message.Message:
    """Who sets AD gets to hear what a resolver has validated (RFC 6840, 5.7)."""
    import dns.exception
    import dns.flags
    import dns.message

    try:
        question = dns.message.make_query(
            f"{name}.", kind, use_edns=0, payload=_EDNS_PAYLOAD, want_dnssec=kind in _SIGNED
        )
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(f"{name!r} is no name that DNS could have") from error
    question.flags = dns.flags.RD | dns.flags.AD if recursive else dns.flags.Flag(0)
    return question


def _no_checking(question: dns.message.Message, recursive: bool) -> None:
    """A validating resolver says SERVFAIL for what is wrongly signed, and nothing more; asked
    not to check, it shows what it has (CD; RFC 4035, 3.2.2). The signatures are our own task."""
    import dns.flags

    if recursive:
        question.flags |= dns.flags.CD


def _exchange(server: Server, question: dns.message.Message, wait: float) -> dns.message.Message:
    """The reply; without EDNS from a server that is older than it (RFC 6891, 7)."""
    import dns.message
    import dns.rcode

    said = _replied(server, question, wait)
    if said.edns < 0 and said.rcode() in (dns.rcode.FORMERR, dns.rcode.NOTIMP):
        asked = question.question[0]
        plain = dns.message.make_query(asked.name, asked.rdtype)
        plain.flags = question.flags
        said = _replied(server, plain, wait)
    return said


def _replied(server: Server, question: dns.message.Message, wait: float) -> dns.message.Message:
    """The reply by UDP, or by TCP where UDP has no room for it (RFC 7766, 5)."""
    import dns.exception
    import dns.message
    import dns.query

    place: dict[str, Any] = {"where": server.address, "timeout": wait, "port": server.port}
    try:
        with _connected(server) as here:
            return dns.query.udp(
                question, sock=here, ignore_unexpected=True, ignore_errors=True,
                raise_on_truncation=True, **place,
            )  # fmt: skip
    except dns.message.Truncated:
        pass
    try:
        return dns.query.tcp(question, **place)
    except dns.exception.Timeout as error:
        raise _ByTcpOnly(f"no answer within {wait:g} s") from error
    except (OSError, EOFError, dns.exception.DNSException) as error:
        raise _ByTcpOnly(_fault(error)) from error


def _connected(server: Server) -> socket.socket:
    """A socket that hears of nobody else, and at once where nothing listens (udp(7), connect)."""
    family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
    here = socket.socket(family, socket.SOCK_DGRAM)
    try:
        here.setblocking(False)
        here.connect((server.address, server.port))
    except BaseException:
        here.close()
        raise
    return here


class _ByTcpOnly(Exception):
    """The reply did not fit in UDP, and TCP does not work."""


def _fault(error: BaseException) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    if isinstance(error, EOFError):
        return "the connection was closed"
    return f"the reply cannot be read ({type(error).__name__})"


def _total(patience: Patience) -> str:
    return f"{sum(patience.waits):g} s ({len(patience.waits)} tries)"
