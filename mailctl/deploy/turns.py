"""Whose turn it is: which hosts may be changed now, which wait, and which never will be.

All hosts are looked at at once, for most often there is nothing to do and nothing to wait for.
Only who has something to do waits, until the waves before are well.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mailctl.deploy.waves import Waves


@dataclass(slots=True)
class Turns:
    """Kept by the one thread that hears of all ends; others only ask `has_come`.

    `held` says why no later wave follows; empty while all is well.
    """

    waves: Waves
    held: str = ""
    _now: int = 0
    _number: dict[str, int] = field(init=False)
    _well: dict[str, bool] = field(default_factory=dict)
    _waiting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._number = {name: number for number, wave in enumerate(self.waves) for name in wave}

    def has_come(self, name: str) -> bool:
        """Whether the host may be changed now."""
        return self._number[name] <= self._now

    def why_never(self, name: str) -> str:
        """Why the host's turn will not come; empty where it has, or may."""
        return "" if self.has_come(name) else self.held

    def hold(self, reason: str) -> None:
        """No later wave follows."""
        self.held = self.held or reason

    def awaited(self) -> tuple[str, ...]:
        """The hosts of the wave whose turn it is that have not ended."""
        return tuple(name for name in self.waves[self._now] if name not in self._well)

    def wait(self, name: str) -> None:
        """The host has something to do, and waits for its turn."""
        self._waiting.append(name)

    def ended(self, name: str, *, well: bool) -> None:
        """Note a host's end; the next wave's turn comes with the last one of this wave."""
        self._well[name] = well
        while not self.held and not self.awaited() and self._now + 1 < len(self.waves):
            ill = [each for each in self.waves[self._now] if not self._well[each]]
            if ill:
                self.hold(f"{', '.join(ill)}, which had to go first, {_is_or_are(ill)} not well")
            else:
                self._now += 1

    def called(self) -> tuple[str, ...]:
        """Those that wait no longer, each told once: their turn has come, or never will."""
        now = tuple(name for name in self._waiting if self.held or self.has_come(name))
        self._waiting = [name for name in self._waiting if name not in now]
        return now


def _is_or_are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
