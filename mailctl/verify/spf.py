"""SPF as receivers count it: through all includes, with what DNS says now (RFC 7208, 4.6.4).

The spec's own record is counted, so that what is not published yet is judged before it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.places import LONGEST_NAME
from mailctl.dns.txt_role import TxtRole, role
from mailctl.errors import Severity
from mailctl.resolver.answer import Status
from mailctl.resolver.view import View
from mailctl.spf.remark import Remark
from mailctl.spf.resolver import FAILED, NODATA, NXDOMAIN, Lookup, found
from mailctl.spf.review import review
from mailctl.verify.check import Check, zones
from mailctl.verify.ground import Ground
from mailctl.verify.observation import Observation, Weight

_ASKS_DNS = frozenset(
    {"spf-lookups", "spf-void-lookups", "spf-mx-names", "spf-include-missing", "spf-not-followed"}
)
"""What `mailctl check` could not know; the rest it has said."""

_NOT_THERE = {Status.NODATA: NODATA, Status.NXDOMAIN: NXDOMAIN, Status.FAILED: FAILED}


class SpfResolver:
    """A view of DNS as `mailctl.spf` asks it."""

    def __init__(self, view: View) -> None:
        self._view = view

    def lookup(self, name: str, kind: str) -> Lookup:
        """As a receiver's resolver answers. A backslash in a name stands for itself there, and
        begins an escape in what we ask with (RFC 1035, 5.1)."""
        if len(name) > LONGEST_NAME:
            return NXDOMAIN
        answer = self._view.recursive(name.replace("\\", "\\\\"), kind)
        return _NOT_THERE.get(answer.status) or found(*answer.data)


def _look(ground: Ground, zone: str) -> Iterator[Observation]:
    for question in ground.questions[zone]:
        for record in question.wanted if question.type == "TXT" else ():
            if role(question.name, record.data) is TxtRole.SPF:
                yield from _counted(ground, zone, question.name, record.data)


def _counted(ground: Ground, zone: str, name: str, text: str) -> Iterator[Observation]:
    for remark in review(text, SpfResolver(ground.view), name):
        if remark.rule in _ASKS_DNS:
            yield Observation(
                remark.rule, _weight(remark), zone, name, f"{name}: {remark.message}",
                remark.reference,
            )  # fmt: skip


def _weight(remark: Remark) -> Weight:
    if remark.rule == "spf-not-followed":
        return Weight.UNKNOWN
    return Weight.ERROR if remark.severity is Severity.ERROR else Weight.WARNING


SPF = Check(zones, _look)
