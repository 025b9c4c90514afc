"""Names that are in another zone than the spec's domain: whoever adds records has to know."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.verify.check import Check, domains
from mailctl.verify.ground import Ground
from mailctl.verify.observation import Observation, Weight


def _look(ground: Ground, domain: str) -> Iterator[Observation]:
    told = {domain, ""}
    for question in ground.questions[domain]:
        for answer in ground.live(question) if question.wanted else ():
            if answer.failed or answer.zone in told:
                continue
            told.add(answer.zone)
            yield Observation(
                "other-zone",
                Weight.NOTE,
                domain,
                question.name,
                f"{question.name} is in the zone {answer.zone}, and not in one of {domain}:"
                " that is where its records belong",
                "RFC 1034, 4.2",
            )


ZONE_CUTS = Check(domains, _look)
