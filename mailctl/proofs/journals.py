"""The journal of a host ends without errors and warnings, but those that the proofs provoke."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailctl.model.host import Host
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.trial import one_line

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Tolerated:
    """A line that may stand in the journal, and why."""

    pattern: re.Pattern[str]
    because: str


def _line(pattern: str, because: str) -> Tolerated:
    return Tolerated(re.compile(pattern), because)


TOLERATED: tuple[Tolerated, ...] = (
    _line(
        r"postfix/(submission|submissions|smtpd)\S*: warning: \S+\[\S+\]: "
        r"SASL (PLAIN|LOGIN) authentication failed",
        "wrong-password tries wrong passwords; Postfix warns of each",
    ),
    _line(
        r"postfix/\S+: warning: (Connection|Message delivery request|AUTH command) "
        r"rate limit exceeded: \d+ from \S+\[\S+\] for service",
        "rate-limits goes beyond them; Postfix warns when one is reached",
    ),
    _line(
        r"dovecot\S*: master: Warning: SIGHUP received - reloading configuration",
        "dovecot's own reload, which apply asks for, is logged as a warning",
    ),
)


def _try(ground: Ground, host: Host) -> str:
    if host.name not in ground.machines:
        raise NotApplicable(f"the console of {host.name} is not within reach")
    lines = ground.machines[host.name].journal()
    left = [line for line in lines if not tolerated(line)]
    if left:
        first = " | ".join(one_line(line) for line in left[:_SHOWN])
        raise Refuted(f"{len(left)} of {len(lines)} lines are not tolerated: {first}")
    return f"{len(lines)} warnings, all provoked by proofs or known to be harmless; no errors"


def tolerated(line: str) -> bool:
    """Whether the line is one that may stand there."""
    return any(known.pattern.search(line) for known in TOLERATED)


PROOF = Statement(
    id="journals",
    statement="the journal ends without errors and without unexpected warnings",
    attempt=_try,
)
