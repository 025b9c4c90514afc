"""Spans of time as a spec writes them: a whole number with h, d or w."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from mailctl.spec.kinds import JsonSchema, shown
from mailctl.spec.problems import refuse

_FORM = re.compile(r"([0-9]{1,5})([hdw])")
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Duration:
    """A span from `least` to `most`; `none` where `optional`."""

    least: timedelta
    most: timedelta
    optional: bool = False

    @property
    def words(self) -> str:
        return "a duration as 12h, 7d or 4w" + (", or none" if self.optional else "")

    def read(self, value: object) -> timedelta | None:
        if self.optional and value == "none":
            return None
        match = _FORM.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            text = value if isinstance(value, str) else getattr(value, "text", shown(value))
            raise refuse("bad-duration", f"{text!r} is no duration", f"write {self.words}")
        span = int(match[1]) * _UNITS[match[2]]
        if not self.least <= span <= self.most:
            raise refuse("bad-duration", f"{value} is out of range",
                         f"write a duration from {written(self.least)} to {written(self.most)}"
                         )  # fmt: skip
        return span

    def schema(self) -> JsonSchema:
        form = "[0-9]{1,5}[hdw]"
        return {"type": "string", "pattern": f"^({form}|none)$" if self.optional else f"^{form}$"}


def written(span: timedelta) -> str:
    """A span as a spec would say it, in days where it is whole days."""
    if span % _UNITS["d"]:
        return f"{span // _UNITS['h']}h"
    return f"{span // _UNITS['d']}d"
