"""What it means when a name server does not do as it was asked, in words, and what helps.

Response codes: RFC 1035, 4.1.1 and RFC 2136, 2.2 and 3.8. TSIG errors: RFC 8945, 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from mailctl.errors import PublishError
from mailctl.resolver.answer import Server

_PREREQUISITES = frozenset({"NXRRSET", "YXRRSET", "NXDOMAIN", "YXDOMAIN"})
"""RFC 2136, 3.2.5: the zone is not what the message says it must be; nothing was changed."""

_POLICY = (
    "the zone's policy has to let this key update it (BIND: update-policy; Knot: acl with"
    " action: update; PowerDNS: TSIG-ALLOW-DNSUPDATE)"
)


class Overtaken(PublishError):
    """What the server holds is no longer what the plan was made from; nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    message: str
    hint: str


_REFUSALS = {
    "REFUSED": _Refusal("refuses updates of {zone} with the key {key}", _POLICY),
    "NOTIMP": _Refusal(
        "knows no dynamic updates", "give it zone files (NSD, for one, takes nothing else)"
    ),
    "SERVFAIL": _Refusal("could not update {zone} (SERVFAIL)", "its log says why"),
    "FORMERR": _Refusal(
        "does not understand the update of {zone} (FORMERR)", "is it behind a proxy or a firewall?"
    ),
    "NOTZONE": _Refusal(
        "says that a name is not in {zone} (NOTZONE)", "has the zone been cut meanwhile?"
    ),
    "NOTAUTH": _Refusal(
        "is not the server that {zone} is changed at (NOTAUTH)", "push to the primary"
    ),
}


def update_refused(server: Server, rcode: str, zone: str, key: str, signed: bool) -> PublishError:
    """Why an update was not done. `signed`: whether the server put its name to the answer."""
    zone = zone or "."
    if rcode in _PREREQUISITES:
        return Overtaken(f"somebody changed {zone} meanwhile", "run it again")
    if rcode in ("NOTAUTH", "REFUSED") and not signed:
        # Knot and PowerDNS say no more, be the key unknown, false, or not for this zone
        return PublishError(
            f"{server} does not accept the key {key} for updates of {zone} ({rcode})",
            f"name and secret have to be the same on both sides, and {_POLICY}",
        )
    known = _REFUSALS.get(rcode)
    if known is None:
        return PublishError(f"{server} answers the update of {zone} with {rcode}")
    return PublishError(f"{server} {known.message.format(zone=zone, key=key)}", known.hint)


def key_refused(server: Server, error: str, key: str, ours: int, theirs: int) -> PublishError:
    """What the server holds against the signature. `ours` and `theirs` are the clocks, in
    seconds since 1970; `theirs` is 0 where the server does not tell it."""
    if error == "BADTIME":
        return _clocks(server, ours, theirs)
    if error == "BADKEY":
        return PublishError(
            f"{server} knows no key {key} with this algorithm (BADKEY)",
            "its name and algorithm have to be the same on both sides",
        )
    if error == "BADSIG":
        return PublishError(
            f"{server} has another secret for the key {key} (BADSIG)",
            "copy the key file from the server again",
        )
    return PublishError(f"{server} does not accept the signature of the key {key} ({error})")


def _clocks(server: Server, ours: int, theirs: int) -> PublishError:
    hint = "signatures hold for five minutes; let both run an NTP client"
    if not theirs:
        return PublishError(f"the clock of {server} differs from ours (BADTIME)", hint)
    return PublishError(
        f"the clock of {server} differs from ours by {abs(theirs - ours)} s (BADTIME):"
        f" it is {_time(ours)} here and {_time(theirs)} there",
        hint,
    )


def _time(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s after 1970"
