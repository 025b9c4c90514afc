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
from mailctl.verify.question import Question

_NOT_FOLLOWED = "spf-not-followed"

_ASKS_DNS = frozenset(
    {"spf-lookups", "spf-void-lookups", "spf-mx-names", "spf-include-missing", _NOT_FOLLOWED}
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
                silent = all(answer.failed for answer in ground.live(question))
                # that nobody could be asked is said of the record already
                rules = _ASKS_DNS - {_NOT_FOLLOWED} if silent else _ASKS_DNS
                yield from _counted(ground, question, record.data, rules)


def _counted(
    ground: Ground, question: Question, text: str, rules: frozenset[str]
) -> Iterator[Observation]:
    zone, name = question.zone, question.name
    for remark in review(text, SpfResolver(ground.view), name):
        if remark.rule in rules:
            yield Observation(
                remark.rule, _weight(remark), zone, name, f"{name}: {remark.message}",
                remark.reference,
            )  # fmt: skip


def _weight(remark: Remark) -> Weight:
    if remark.rule == _NOT_FOLLOWED:
        return Weight.UNKNOWN
    return Weight.ERROR if remark.severity is Severity.ERROR else Weight.WARNING


SPF = Check(zones, _look)
