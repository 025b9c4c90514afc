"""Strangers who call a host: each from one address, no more often than the host puts up with."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.model.host import Host
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.smtp_dialogue import SmtpDialogue

_MESSAGES = 4
"""How many messages a session of a proof begins at most."""


class Callers:
    """Sessions on port 25 of one host, as many as a proof needs.

    Our addresses are few; the host's limits count connections and messages of an address in a
    minute. One address makes half of what the limits allow, then the next one goes on.
    """

    def __init__(self, ground: Ground, host: Host) -> None:
        self._ground = ground
        self._host = host
        limits = host.limits
        each = max(1, min(limits.connections, limits.messages // _MESSAGES) // 2)
        self._addresses = self._many_times(each)

    def call(self) -> SmtpDialogue:
        """A new session, greeted and after EHLO."""
        dialogue = SmtpDialogue(address_of(self._host), 25, next(self._addresses))
        try:
            dialogue.ehlo()
        except BaseException:
            dialogue.close()
            raise
        return dialogue

    def _many_times(self, each: int) -> Iterator[str]:
        while True:
            address = self._ground.next_client()
            for _ in range(each):
                yield address
