"""Records of which a name may have one alone: of two receivers take neither,
or, of two keys, either (RFC 6376, 6.1.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mailctl.dns.txt_role import TxtRole, role
from mailctl.verify.check import Check, zones
from mailctl.verify.ground import Ground
from mailctl.verify.observation import Observation, Weight
from mailctl.verify.question import Question

_SOURCES = {
    TxtRole.SPF: "RFC 7208, 4.5",
    TxtRole.DKIM: "RFC 6376, 3.6.2.2",
    TxtRole.DMARC: "RFC 9989, 4.10",
    TxtRole.TLS_RPT: "RFC 8460, 3",
    TxtRole.MTA_STS: "RFC 8461, 3.1",
}
_EFFECTS = dict.fromkeys(_SOURCES, "receivers take none")
_EFFECTS[TxtRole.DKIM] = "verifiers take any of them, or none"


def _look(ground: Ground, zone: str) -> Iterator[Observation]:
    for question in ground.questions[zone]:
        if question.type == "TXT":
            yield from _duplicates(question, [answer.data for answer in ground.live(question)])


def _duplicates(question: Question, answers: list[tuple[str, ...]]) -> Iterator[Observation]:
    counts: Counter[TxtRole] = Counter()
    for texts in answers:
        counts |= Counter(role(question.name, text) for text in texts)
    for kind, source in _SOURCES.items():
        if counts[kind] > 1:
            yield Observation(
                "more-than-one",
                Weight.ERROR,
                question.zone,
                question.name,
                f"{question.name} has {counts[kind]} {kind.value} records: {_EFFECTS[kind]}",
                source,
            )


DUPLICATES = Check(zones, _look)
