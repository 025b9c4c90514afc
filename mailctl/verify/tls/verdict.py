"""What is thought of one thing that was seen, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mailctl.verify.tls.observation import Seen


class State(Enum):
    """FAULT fails the check, UNKNOWN leaves it open; a NOTE or a WARNING does neither."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    UNKNOWN = "unknown"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rule` is what was asked, in the words of `mailctl check --tls`; `port` is 0 for what
    concerns all ports of an address. `advice` is what to do, empty when all is well."""

    state: State
    rule: str
    host: str
    address: str
    port: int
    message: str
    advice: str = ""


def verdict_on(seen: Seen, state: State, rule: str, message: str, advice: str = "") -> Verdict:
    """A verdict on one port."""
    return Verdict(state, rule, seen.host, seen.address, seen.port.number, message, advice)
