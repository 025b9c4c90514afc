"""Domains that the world does not know; said once, and not for each of their records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.verify.check import Check
from mailctl.verify.ground import Ground
from mailctl.verify.observation import Observation, Weight

RULE = "no-such-domain"


def _domains(ground: Ground) -> Iterable[str]:
    return ground.domains


def _look(ground: Ground, domain: str) -> Iterator[Observation]:
    if ground.gone(domain):
        yield Observation(
            RULE,
            Weight.ERROR,
            domain,
            domain,
            f"the domain {domain} is not registered or not delegated",
            "RFC 8020, 2",
        )


EXISTENCE = Check(_domains, _look)
