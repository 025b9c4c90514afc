"""What a check may cost (RFC 7208, 4.6.4), and the count of it while it runs."""

from __future__ import annotations

from mailctl.spf.record import Result

MOST_LOOKUPS = 10
"""Terms that ask DNS, through all includes and redirects."""

MOST_NAMES = 10
"""MX records of a domain, which are an error beyond; PTR records of a client, ignored beyond."""

MOST_VOIDS = 2
"""Questions that find nothing."""


class Ended(Exception):
    """The check is over before any mechanism decided: none, temperror or permerror."""

    def __init__(self, result: Result, reason: str) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason


class Budget:
    """Counts what a check has cost; ends it with permerror when that is too much."""

    def __init__(self, most_voids: int = MOST_VOIDS) -> None:
        self.lookups = 0
        self.voids = 0
        self._most_voids = most_voids

    def take_lookup(self) -> None:
        """One more term asks DNS."""
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise Ended(Result.PERMERROR, f"more than {MOST_LOOKUPS} terms that ask DNS")

    def take_void(self) -> None:
        """One more question has found nothing."""
        self.voids += 1
        if self.voids > self._most_voids:
            raise Ended(Result.PERMERROR, f"more than {self._most_voids} void lookups")
