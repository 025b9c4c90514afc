"""How far each key of a host is, and since when: the content of its pins file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailctl.model.names import DomainName
from mailctl.model.tls_key import KeyStage, TlsKey

Clock = Callable[[], datetime]
"""The present moment, in UTC."""

_UNDER_WAY = (KeyStage.WANTED, KeyStage.PUBLISHED, KeyStage.RETIRING)
"""A key in one of these stages keeps the next rollover from beginning."""


@dataclass(frozen=True, slots=True)
class PinnedKey:
    """One key and the moments at which it came into its stages; `history` is never empty.

    `digest` is empty while it is wanted. `carried` is since when all name servers are known to
    have its record, None where that is not known.
    """

    number: int
    digest: str
    history: tuple[tuple[KeyStage, datetime], ...]
    carried: datetime | None = None

    @property
    def stage(self) -> KeyStage:
        return self.history[-1][0]

    @property
    def since(self) -> datetime:
        return self.history[-1][1]

    @property
    def key(self) -> TlsKey:
        """The same for the model, which knows no moments."""
        return TlsKey(self.number, self.stage, self.digest)

    def moved(self, stage: KeyStage, now: datetime) -> PinnedKey:
        """The same key, one stage further."""
        return replace(self, history=(*self.history, (stage, now)))


@dataclass(frozen=True, slots=True)
class Pinning:
    """All keys that a host has had since its first was pinned, in the order of their making.

    One key is shown, and at most one is under way. `ttl` is the longest, in seconds, for which
    somebody may remember the records as they were when the last rollover began.
    """

    host: str
    fqdn: DomainName
    keys: tuple[PinnedKey, ...]
    ttl: int

    @property
    def shown(self) -> PinnedKey:
        """The key that the host shows from the next apply on."""
        return next(key for key in self.keys if key.stage is KeyStage.SHOWN)

    @property
    def pending(self) -> PinnedKey | None:
        """The key that a rollover under way is about: the next one, or later the former one."""
        return next((key for key in self.keys if key.stage in _UNDER_WAY), None)

    def lineage(self, key: PinnedKey) -> str:
        """What the host calls the certificates of a key."""
        return key.key.lineage(self.fqdn)

    def with_key(self, changed: PinnedKey) -> Pinning:
        """The same with another state of one of its keys."""
        keys = (changed if key.number == changed.number else key for key in self.keys)
        return replace(self, keys=tuple(keys))

    def free_from(self, key: PinnedKey) -> datetime | None:
        """When a key may be shown: nobody can have an answer without its record any more (RFC
        7671, 8.1: after two TTLs). None while not all name servers are known to have it."""
        return None if key.carried is None else key.carried + timedelta(seconds=2 * self.ttl)
