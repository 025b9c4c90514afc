"""Who is at work on a host: the text that the agent writes into the lock while it holds it.

The lock itself is the kernel's (flock(2)); its text is `BY since MOMENT`, RFC 3339 in UTC.
"""

from __future__ import annotations

from datetime import datetime

from mailctl.errors import Locked

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def locked(host: str, text: str, now: int) -> Locked:
    """The refusal. `text` is the lock's, `now` the host's own clock in seconds since 1970, 0 if
    it was not told: only so is an age right where clocks disagree."""
    who = holder(text, now)
    return Locked(
        host,
        f"another apply is at work there ({who})" if who else "another apply is at work there",
        "nothing was changed; run it again when that has ended, or let --wait SECONDS wait for it",
    )


def holder(text: str, now: int) -> str:
    """`maria@desk since 2026-11-25T13:00:00Z, for 3 min 20 s`; the text alone where it tells no
    moment before now."""
    text = "".join(letter for letter in text if letter.isprintable())
    by, _, moment = text.rpartition(" since ")
    since = _seconds(moment)
    if not by or since is None or not 0 < since <= now:
        return text
    return f"{text}, for {age(now - since)}"


def age(seconds: int) -> str:
    """A span in the two largest units that tell something: `40 s`, `3 min 20 s`, `2 d 4 h`."""
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min {seconds % _MINUTE} s"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
    return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"


def _seconds(moment: str) -> int | None:
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return None if when.tzinfo is None else int(when.timestamp())
