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
    """`question` is what was asked of the port: contact, versions, ciphers, chain, names, validity,
    key, signature, tlsa or same-certificate; `name` the further name that was asked for, empty for
    the fqdn. `advice` is what to do, empty when all is well. None
    of them can be ignored by a spec, and so they are no rules of the catalogue."""

    state: State
    question: str
    host: str
    address: str
    port: int
    message: str
    advice: str = ""
    name: str = ""


def verdict_on(seen: Seen, state: State, question: str, message: str, advice: str = "") -> Verdict:
    """A verdict on one port."""
    port = seen.port.number
    return Verdict(state, question, seen.host, seen.address, port, message, advice, seen.name)
