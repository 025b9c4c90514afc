"""The journal of a host ends without errors and warnings, but those that the proofs provoke."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
        r"postfix/submissions?/smtpd\[\d+\]: warning: \S+\[[^]]+\]: "
        r"SASL PLAIN authentication failed: ",
        "wrong-password tries wrong passwords, and Postfix warns of each",
    ),
    _line(
        r"postfix/smtpd\[\d+\]: warning: Connection rate limit exceeded: "
        r"\d+ from \S+ for service smtp$",
        "rate-limits connects more often than it may",
    ),
    _line(
        r"postfix/submission/smtpd\[\d+\]: warning: Message delivery request rate limit exceeded: "
        r"\d+ from \S+ for service 587$",
        "rate-limits begins more messages than it may",
    ),
    _line(
        r"postfix/(submissions?/)?smtpd\[\d+\]: warning: TLS library problem: "
        r"error:0A000102:SSL routines::unsupported protocol:",
        "old-tls asks for TLS 1.0 and 1.1",
    ),
    _line(
        r"postfix/smtpd\[\d+\]: warning: Illegal address syntax from \S+ in RCPT command: "
        r"(victim@|<victim|<@)",
        "no-relay writes addresses that are none",
    ),
    _line(
        r"postfix/(smtpd|cleanup)\[\d+\]: warning: "
        r"(\w+: queue file size limit exceeded|mail_stream_cleanup: close error)$",
        "message-size sends more than fits",
    ),
    _line(
        r"postfix/\w+\[\d+\]: warning: (file system clock is 1 seconds ahead of local clock"
        r"|resetting file time stamps - this hurts performance)$",
        "throwaway hosts live in memory, where the kernel's two clocks differ by a tick: at the "
        "turn of a second Postfix sees its file's time stamp ahead of the time",
    ),
    _line(
        r"dovecot\[\d+\]: (master|log\(\d+\)): Warning: Killed with signal 15 "
        r"\(by pid=\d+ uid=0 code=kill\)$",
        "systemd stops Dovecot at its first restart, and Dovecot calls that a warning",
    ),
    _line(
        r"dovecot\[\d+\]: master: Warning: SIGHUP received - reloading configuration$",
        "apply reloads Dovecot, and Dovecot calls that a warning",
    ),
)
"""Whatever else is a warning or worse refutes the proof. No pattern reaches beyond its cause."""


_DEADLOCK = re.compile(
    r" dovecot\[\d+\]: (?P<program>(?:lmtp|quota-status)\([^)]*\)\S*: )Panic: fcntl\(\S+, "
    r"(?:read|write)-lock, F_SETLKW\) locking failed: Resource deadlock avoided "
)
"""Two programs of Dovecot 2.4 take the locks of a mailbox that is just being made in different
orders. The kernel ends the wait of one, which says so, and dies; its mail is tried again."""


def _try(ground: Ground, host: Host) -> str:
    if host.name not in ground.machines:
        raise NotApplicable(f"the console of {host.name} is not within reach")
    lines = ground.machines[host.name].journal()
    ended = deadlocked(lines)
    left = [line for line in lines if not tolerated(line) and not _of(line, ended)]
    if left:
        first = " | ".join(one_line(line) for line in left[:_SHOWN])
        raise Refuted(f"{len(left)} of {len(lines)} lines are not tolerated: {first}")
    if ended:
        times = f"{len(ended)} programs ended so"
        return f"{len(lines)} lines; the only errors are of Dovecot's locks, by which {times}"
    return f"{len(lines)} warnings, all provoked by proofs or known to be harmless; no errors"


def deadlocked(lines: Iterable[str]) -> frozenset[str]:
    """The programs that ended so, as the journal names each of them in all its lines."""
    found = (_DEADLOCK.search(line) for line in lines)
    return frozenset(match["program"] for match in found if match)


def _of(line: str, programs: frozenset[str]) -> bool:
    return any(f" {program}" in line for program in programs)


def tolerated(line: str) -> bool:
    """Whether the line is one that may stand there."""
    return any(known.pattern.search(line) for known in TOLERATED)


PROOF = Statement(
    id="journals",
    statement="the journal ends without errors and without unexpected warnings",
    attempt=_try,
)
