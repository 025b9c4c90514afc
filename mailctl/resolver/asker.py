"""Asks servers, and stops to wait for those that have died.

A server that lets one question after another go unanswered is not going to answer the next
ten thousand either; each of them would cost all its tries' time.
"""

from __future__ import annotations

import threading
from dataclasses import replace

from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.ask import PATIENT, Patience, ask

_ENOUGH = 3
"""Questions that a server may leave unanswered, each with all its tries, and no answer between."""


class Asker:
    """Remembers for one run which servers are silent. Threads may share it."""

    def __init__(self, patience: Patience = PATIENT) -> None:
        self._patience = patience
        self._silences: dict[Server, Answer] = {}
        self._counts: dict[Server, int] = {}
        self._lock = threading.Lock()

    def ask(self, server: Server, name: str, kind: str, *, recursive: bool = False) -> Answer:
        """As `ask`; FAILED at once where the server has been silent often enough."""
        with self._lock:
            last = self._silences.get(server)
            given_up = last is not None and self._counts[server] >= _ENOUGH
        if last is not None and given_up:
            return replace(last, name=name, type=kind)
        answer = ask(server, name, kind, self._patience, recursive=recursive)
        self._remember(answer)
        return answer

    def ask_first(self, places: tuple[Server, ...], name: str, kind: str) -> Answer:
        """What one name server of a zone says, at its first address that answers.

        A server that does not own the zone (a lame delegation, RFC 1912, 2.8), or a resolver
        that poses as one, is no authority: FAILED.
        """
        answer = self.ask(places[0], name, kind)
        for place in places[1:]:
            if not answer.failed:
                break
            answer = self.ask(place, name, kind)
        if answer.failed or answer.authoritative:
            return answer
        return Answer(name, kind, Status.FAILED, answer.server,
                      reason=f"{answer.server} is not authoritative for {name}")  # fmt: skip

    def _remember(self, answer: Answer) -> None:
        with self._lock:
            if answer.silent:
                self._silences[answer.server] = answer
                self._counts[answer.server] = self._counts.get(answer.server, 0) + 1
            else:
                self._silences.pop(answer.server, None)
                self._counts.pop(answer.server, None)
