"""How far each key of a domain is, and since when: the content of its rotation file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailctl.model.names import DomainName
from mailctl.model.settings import KeyKind, KeyState

Clock = Callable[[], datetime]
"""The present moment, in UTC."""

UNDER_WAY = (KeyState.PUBLISHED, KeyState.RETIRING, KeyState.REVOKED)
"""A key in one of these states keeps the next rotation from beginning."""


@dataclass(frozen=True, slots=True)
class RotatedKey:
    """One key and the moments at which it came into its states; `history` is never empty."""

    selector: str
    kind: KeyKind
    history: tuple[tuple[KeyState, datetime], ...]

    @property
    def state(self) -> KeyState:
        return self.history[-1][0]

    @property
    def since(self) -> datetime:
        return self.history[-1][1]

    def moved(self, state: KeyState, now: datetime) -> RotatedKey:
        """The same key, one state further."""
        return replace(self, history=(*self.history, (state, now)))


@dataclass(frozen=True, slots=True)
class Rotation:
    """All keys that a domain has had since its first rotation, in the order of their making.

    `base` is the spec's first selector at the time when the last rotation began. `hosts` are
    those that were to switch to the key that signs, with the moment when each of them did.
    One key is signing, and at most one is in a state of `UNDER_WAY`.
    """

    domain: DomainName
    base: str
    keys: tuple[RotatedKey, ...]
    hosts: Mapping[str, datetime | None] = field(default_factory=dict)

    @property
    def signing(self) -> RotatedKey:
        """The key that the next apply signs with."""
        return next(key for key in self.keys if key.state is KeyState.SIGNING)

    @property
    def pending(self) -> RotatedKey | None:
        """The key that a rotation under way is about: the successor, or later the former one."""
        return next((key for key in self.keys if key.state in UNDER_WAY), None)

    @property
    def selectors(self) -> frozenset[str]:
        """Every selector that was ever used; none of them is used again."""
        return frozenset(key.selector for key in self.keys)

    def agrees_with(self, first: str) -> bool:
        """Whether the spec's first selector is the one that the file began with, or the one that
        signs by now: then the file says how things stand, else the spec has left it behind."""
        return first in (self.base, self.signing.selector)

    def with_moved(self, selector: str, state: KeyState, now: datetime) -> Rotation:
        """The same with one key in its next state."""
        keys = (key.moved(state, now) if key.selector == selector else key for key in self.keys)
        return replace(self, keys=tuple(keys))

    def with_host(self, host: str, switched: datetime | None) -> Rotation:
        """The same with one host that has switched, or has not after all."""
        return replace(self, hosts={**self.hosts, host: switched})
