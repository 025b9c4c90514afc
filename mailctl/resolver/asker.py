"""Asks servers, and spends less and less time on those that have died.

A server that lets one question after another go unanswered is not going to answer the next
ten thousand either; each of them would cost all its tries' time.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from mailctl.resolver.answer import Answer, Server, Status
from mailctl.resolver.ask import PATIENT, Patience, ask

_ENOUGH = 3
"""Questions in a row that a server may fail, each with all its tries."""


@dataclass(frozen=True, slots=True)
class _Failures:
    """How many questions in a row a server has failed, and how it failed the last."""

    count: int
    last: Answer


class Asker:
    """Remembers for one run which servers fail. Threads may share it."""

    def __init__(self, patience: Patience = PATIENT) -> None:
        self._patience = patience
        self._failures: dict[Server, _Failures] = {}
        self._lock = threading.Lock()

    def ask(self, server: Server, name: str, kind: str, *, recursive: bool = False) -> Answer:
        """As `ask`. A server that has failed often enough gets one try; one that has not even
        answered gets none, and is FAILED as before."""
        with self._lock:
            failures = self._failures.get(server)
        patience = self._patience
        if failures is not None and failures.count >= _ENOUGH:
            if failures.last.silent:
                return replace(failures.last, name=name, type=kind)
            patience = replace(patience, waits=patience.waits[:1])
        answer = ask(server, name, kind, patience, recursive=recursive)
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
            if not answer.failed:
                self._failures.pop(answer.server, None)
                return
            before = self._failures.get(answer.server)
            self._failures[answer.server] = _Failures((before.count if before else 0) + 1, answer)
