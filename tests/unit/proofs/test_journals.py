"""The journal is clean, or it is not: tolerated lines are those that our own proofs provoke."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_ground import FakeMachine

from mailctl.model.host import Host
from mailctl.proofs import journals
from mailctl.proofs.base import NotApplicable, Refuted
from mailctl.proofs.ground import Ground

AT = "Nov 23 11:38:39 "

HARMLESS = (
    f"{AT}postfix/submissions/smtpd[9]: warning: c.world.example[198.51.100.21]: "
    f"SASL PLAIN authentication failed: (reason unavailable), sasl_username=j@talk.example\n"
    f"{AT}postfix/smtpd[9]: warning: Connection rate limit exceeded: "
    f"61 from c.world.example[198.51.100.57] for service smtp\n"
    f"{AT}dovecot[47]: master: Warning: Killed with signal 15 (by pid=868 uid=0 code=kill)"
).splitlines()

BAD = (
    "postfix/postfix-script[8]: warning: group or other writable: /etc/postfix/./main.cf",
    "dovecot[8]: lmtp(j@talk.example)<1><x>: Error: sieve: binary x: save failed",
    "postfix/smtpd[9]: warning: SASL: Connect to private/auth failed: No such file",
    "postfix/smtpd[9]: warning: connect to Milter service local: Connection refused",
    "postfix/smtpd[9]: warning: TLS library problem: error:0A0000C1:SSL: no shared cipher",
    "dovecot[47]: imap(j@x)<1><y>: Fatal: master: service(imap): child killed with signal 11",
    "kernel: Out of memory: Killed process 1 (smtpd)",
)


def on(ground: Ground, *lines: str) -> Ground:
    return replace(ground, machines={"mail": FakeMachine(lines)})


def test_what_proofs_provoke_is_tolerated(ground: Ground, host: Host) -> None:
    assert "3 warnings" in journals.PROOF.try_on(on(ground, *HARMLESS), host)


@pytest.mark.parametrize("line", BAD)
def test_anything_else_refutes(ground: Ground, host: Host, line: str) -> None:
    with pytest.raises(Refuted, match=r"1 of 4 lines .*: Nov 23"):
        journals.PROOF.try_on(on(ground, *HARMLESS, AT + line), host)


def test_a_host_without_a_console(ground: Ground, host: Host) -> None:
    with pytest.raises(NotApplicable):
        journals.PROOF.try_on(replace(ground, machines={}), host)


def test_every_tolerated_line_has_a_reason() -> None:
    assert all(known.because for known in journals.TOLERATED)


_LOST = "Nov 26 18:34:47 dovecot[500]: quota-status(q@o.example)<708><oKDL>: "
_DEADLOCK = (
    f"{_LOST}Panic: fcntl(/var/vmail/o.example/q/Maildir/mailboxes.lock, write-lock, F_SETLKW) "
    "locking failed: Resource deadlock avoided (WRITE lock held by pid 795)"
)
_END = (
    f"{_LOST}Fatal: master: service(quota-status): child 708 killed with signal 6 (core dumps "
    "disabled)"
)


def test_a_program_that_lost_a_deadlock_is_known_by_all_its_lines(
    ground: Ground, host: Host
) -> None:
    trace = f"{_LOST}Error: Raw backtrace: #1 i_panic"
    said = journals.PROOF.try_on(on(ground, *HARMLESS, _DEADLOCK, trace, _END), host)
    assert "by which 1 programs ended so" in said
    with pytest.raises(Refuted, match="2 of 2 lines"):
        journals.PROOF.try_on(on(ground, trace, _END), host)
    other = _DEADLOCK.replace("Resource deadlock avoided", "No locks available")
    with pytest.raises(Refuted, match="3 of 3 lines"):
        journals.PROOF.try_on(on(ground, other, trace, _END), host)
