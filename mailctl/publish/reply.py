"""What a server answered, believed only when it is whole, to the point and signed.

RFC 8945, 5.3: to a signed message comes a signed answer. An error may come unsigned, for a
server that does not know the key cannot sign with it; that something was done may not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mailctl.errors import PublishError
from mailctl.publish.faults import key_refused
from mailctl.resolver.answer import Server

if TYPE_CHECKING:
    import dns.message
    import dns.tsig

_MAY_BE_UNSIGNED = frozenset({"FORMERR", "SERVFAIL", "NOTIMP", "REFUSED", "NOTAUTH"})


def understood(
    wire: bytes, sent: dns.message.Message, key: dns.tsig.Key | None, server: Server
) -> dns.message.Message:
    """The answer to what was `sent`, signed with `key` where there is one.

    Raises PublishError: not readable, truncated, to something else, not signed, falsely signed,
    or an answer which says that our signature is not accepted.
    """
    import dns.flags

    reply = _read(wire, server)
    if not sent.is_response(reply):
        raise PublishError(f"{server} answers something that it was not asked")
    if reply.flags & dns.flags.TC:
        raise PublishError(
            f"{server} truncates its answer, though TCP has room for it",
            "a proxy between here and there may do so; push to the server itself",
        )
    if key is not None:
        _verify(wire, reply, sent, key, server)
    return reply


def _read(wire: bytes, server: Server) -> dns.message.Message:
    import dns.exception
    import dns.message

    try:
        return dns.message.from_wire(wire, keyring=False)
    except (dns.exception.DNSException, ValueError) as error:
        kind = type(error).__name__
        raise PublishError(f"the answer of {server} cannot be read ({kind})") from None


def _verify(
    wire: bytes,
    reply: dns.message.Message,
    sent: dns.message.Message,
    key: dns.tsig.Key,
    server: Server,
) -> None:
    import dns.exception
    import dns.message
    import dns.rcode

    if reply.tsig is None:
        if dns.rcode.to_text(reply.rcode()) not in _MAY_BE_UNSIGNED:
            raise PublishError(
                f"{server} does not sign its answer, which is not believed therefore",
                "does it check signatures at all? nobody else must be able to update the zone",
            )
        return
    if reply.tsig_error:
        raise _key_fault(reply, reply.tsig[0], key, server)
    try:
        dns.message.from_wire(wire, keyring=key, request_mac=sent.mac)
    except (dns.exception.DNSException, ValueError) as error:
        kind = type(error).__name__
        raise PublishError(
            f"the answer of {server} bears a false signature, and is not believed ({kind})",
            "somebody in between may have changed it, or the clocks differ",
        ) from None


def _key_fault(
    reply: dns.message.Message, tsig: Any, key: dns.tsig.Key, server: Server
) -> PublishError:
    import dns.rcode

    error = dns.rcode.to_text(dns.rcode.Rcode.make(reply.tsig_error or 0), tsig=True)
    # RFC 8945, 5.2.3: the client's time comes back, and the server's stands in Other Data
    theirs = int.from_bytes(tsig.other, "big") if len(tsig.other) == 6 else 0
    name = key.name.to_text(omit_final_dot=True)
    return key_refused(server, error, name, tsig.time_signed, theirs)
