"""One DNS record as a value: owner, type, data, and why it exists."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Record:
    """A resource record (RFC 1035).

    `name` is absolute in A-labels, without the final dot; `zone` the zone it belongs to;
    `type` one of A, AAAA, MX, TXT, PTR, CNAME, SRV, TLSA, CAA. `data` is the presentation form
    of zone files, as `10 mail.example.org.` for MX, with the final dot; but for TXT it is the
    whole text, unquoted, which formats split into strings of 255 bytes. `ttl` is in seconds.
    `foreign`: the zone is none of the spec's domains, so that somebody else may have to be asked
    (for PTR: the provider).
    """

    name: str
    type: str
    data: str
    zone: str = field(compare=False)
    why: str = field(compare=False, default="")
    ttl: int = field(compare=False, default=3600)
    foreign: bool = field(compare=False, default=False)
