"""Name servers of a zone that do not answer while others do, or that have no address."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.verify.check import Check, zones
from mailctl.verify.ground import Ground
from mailctl.verify.observation import Observation, Weight


def _look(ground: Ground, zone: str) -> Iterator[Observation]:
    """Where none answers, the verdicts say so already."""
    failing: dict[str, str] = {}
    for question in ground.questions[zone]:
        answers = ground.live(question)
        if not all(answer.failed for answer in answers):
            for answer in answers:
                if answer.failed and not answer.aliases:
                    failing.setdefault(str(answer.server), answer.reason)
    for server, reason in sorted(failing.items()):
        yield Observation("server", Weight.UNKNOWN, zone, server,
                          f"not all name servers of {zone} can be asked: {reason}",
                          "RFC 1912, 2.8")  # fmt: skip
    for reason in ground.view.lost(zone):
        yield Observation("server-address", Weight.WARNING, zone, zone,
                          f"not all name servers of {zone} are to be found: {reason}",
                          "RFC 2181, 10.3")  # fmt: skip


SERVERS = Check(zones, _look)
