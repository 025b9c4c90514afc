"""What is wanted at a name, held against what is there: what fits, lacks, is outdated, is alien.

Whose a record is, is decided here and nowhere else:

- Of MX, SRV, TLSA, PTR, CNAME and addresses the whole set is the spec's: each member changes
  where mail goes, so one that the spec does not name is outdated.
- TXT records share a name with those of others. One of SPF, DMARC, TLS-RPT or MTA-STS is the
  spec's where it asks for one of that kind, for receivers take none where they find two
  (RFC 7208, 4.5; RFC 9989, 4.10). Every TXT is that stands in the place of a key. All others
  are alien.
- Where nothing is wanted of a TXT's name, one is the spec's that receivers would look for just
  there: a wildcard's SPF record that shows at `_dmarc`, or its notes at a selector, are alien.
- CAA records add up (RFC 8659, 3): those that the spec does not ask for are somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailctl.dns.meaning import meaning
from mailctl.dns.published_key import published_key
from mailctl.dns.record import Record
from mailctl.dns.txt_role import TxtRole, role, role_at

WHOLE_SETS = frozenset({"A", "AAAA", "CNAME", "MX", "PTR", "SRV", "TLSA"})


@dataclass(frozen=True, slots=True)
class Compared:
    """One name and type. `fitting` and `missing` are wanted; `kept` are, in the same order, what
    is live in place of `fitting`; `outdated` are live, the spec's own by their kind, and not
    wanted; `alien` are live and left alone. All live data as the server gave them."""

    name: str
    type: str
    fitting: tuple[Record, ...] = ()
    missing: tuple[Record, ...] = ()
    kept: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    alien: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Everything wanted is there, and nothing that is outdated."""
        return not self.missing and not self.outdated


def compare(name: str, kind: str, wanted: Sequence[Record], live: Iterable[str]) -> Compared:
    """The wanted records of one name and type against the live data there.

    With nothing wanted, live records that a spec could have asked for are outdated.
    """
    asked = {meaning(name, kind, record.data): record for record in wanted}
    roles = {role(name, record.data) for record in wanted} if kind == "TXT" else set()
    there: dict[object, str] = {}
    outdated, alien = [], []
    for data in live:
        means = meaning(name, kind, data)
        if means in asked and means not in there:
            there[means] = data
        elif _is_ours(name, kind, data, roles, bool(wanted)):
            outdated.append(data)
        else:
            alien.append(data)
    return Compared(
        name=name,
        type=kind,
        fitting=tuple(record for means, record in asked.items() if means in there),
        missing=tuple(record for means, record in asked.items() if means not in there),
        kept=tuple(there[means] for means in asked if means in there),
        outdated=tuple(outdated),
        alien=tuple(alien),
    )


def _is_ours(name: str, kind: str, data: str, roles: set[TxtRole], asked: bool) -> bool:
    if kind != "TXT":
        return kind in WHOLE_SETS
    mine = role(name, data)
    if asked:
        return mine is not TxtRole.OTHER and mine in roles
    return mine is role_at(name) and (mine is not TxtRole.DKIM or published_key(data) is not None)
