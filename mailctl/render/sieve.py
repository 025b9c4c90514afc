"""Escaping for Sieve scripts (RFC 5228, 2.4.2; RFC 5229, 3 for variables)."""

from __future__ import annotations

import re

from mailctl.render.dovecot import comment
from mailctl.render.environment import Filter

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def string(text: str) -> str:
    """A quoted string that means exactly this text.

    A control character would end or bend the line, and `${` would name a variable; neither has
    an escape in a quoted string, so both raise ValueError.
    """
    if _CONTROL.search(text) or "${" in text:
        raise ValueError(f"cannot stand in a Sieve string: {text!r}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


FILTERS: dict[str, Filter] = {"string": string, "comment": comment}
