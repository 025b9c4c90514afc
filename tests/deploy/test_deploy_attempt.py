"""A lock that is waited for, and a connection that is lost in the middle of a switch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import pytest
from deploy_machine import Machine, Tapped, bundle

from mailctl.bundle import HostBundle
from mailctl.deploy.apply import Applied, Proceed, always, bring
from mailctl.deploy.attempt import Attempt
from mailctl.deploy.host import Answer, Remote
from mailctl.deploy.local import LocalRemote
from mailctl.deploy.rollback import roll_back
from mailctl.errors import (
    AuthenticationFailed,
    HostError,
    Locked,
    OutcomeUnknown,
    RolledBack,
    Unreachable,
)

PATIENCE = 2


class Lossy(Tapped):
    """Its connection breaks when the agent says a certain line: client and agent both die."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self._at = at

    def tap(self, line: str, answer: Answer) -> bytes:
        if line.startswith(self._at):
            raise Unreachable("mail", "the connection broke", "see how it stands: mailctl plan")
        return answer(line)


@dataclass
class Client:
    """Somebody who applies to a machine, over connections that are given one after another."""

    machine: Machine
    connections: list[Remote | HostError]
    steps: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def connect(self) -> Remote:
        one = self.connections.pop(0) if self.connections else LocalRemote("mail")
        if isinstance(one, HostError):
            raise one
        return one

    def attempt(self, act: Callable[[Remote], Applied], pause: bool = True) -> Applied:
        def wait(seconds: float) -> None:
            self.pauses.append(seconds)
            if pause:
                threading.Event().wait(min(seconds, 0.2))

        report, errand = self.steps.append, self.machine.errand(PATIENCE)
        return Attempt(self.connect, errand, report, always, wait).make(act)

    def bring(self, wanted: HostBundle) -> Applied:
        return self.attempt(lambda remote: bring(remote, wanted, self.machine.errand(PATIENCE)))

    def roll_back(self, number: int) -> Applied:
        return self.attempt(lambda remote: roll_back(remote, number, self.machine.errand(PATIENCE)))


def test_lost_before_the_switch_was_ordered_nothing_is_asked(machine: Machine) -> None:
    machine.apply(bundle())
    client = Client(machine, [Lossy("ask\tswitch")])
    with pytest.raises(Unreachable, match="nothing was switched; see how") as raised:
        client.bring(bundle(b"two\n"))
    assert not isinstance(raised.value, OutcomeUnknown)
    assert client.pauses == []
    assert machine.live.name == "1"


def test_lost_after_the_switch_the_host_goes_back_and_is_asked(machine: Machine) -> None:
    machine.apply(bundle())
    before = machine.snapshot()
    client = Client(machine, [Lossy("ask\tconfirm"), Unreachable("mail", "no route")])
    with pytest.raises(
        RolledBack, match=r"the connection was lost, .*: generation 1 is live"
    ) as to:
        client.bring(bundle(b"two\n"))
    assert to.value.generation == 1
    assert client.steps == ["the connection was lost; asking the host how it ended"]
    assert len(client.pauses) >= 2
    assert machine.snapshot() == before


def test_lost_in_the_first_apply_the_host_is_as_it_was(machine: Machine) -> None:
    client = Client(machine, [Lossy("ask\tconfirm")])
    with pytest.raises(RolledBack, match="the host is as it was before; run it again"):
        client.bring(bundle())
    assert not machine.main.is_symlink()


def test_lost_after_our_word_the_host_has_done_it(machine: Machine) -> None:
    machine.apply(bundle())
    client = Client(machine, [Lossy("done\t")])
    assert client.bring(bundle(b"two\n")) == Applied("mail", 2, changed=True)
    assert machine.main.read_bytes() == b"two\n"


def test_a_host_that_stays_away_is_told_as_unknown(machine: Machine) -> None:
    machine.apply(bundle())
    client = Client(machine, [Lossy("done\t"), *[Unreachable("mail", "no route")] * 99])
    with pytest.raises(OutcomeUnknown) as raised:
        client.attempt(
            lambda remote: bring(remote, bundle(b"two\n"), machine.errand(PATIENCE)), pause=False
        )
    said = str(raised.value)
    assert said.startswith("mail: how it ended is unknown, for the switch was ordered: the conn")
    assert said.endswith(
        "goes back by itself after 2 s; see how it ended: mailctl generations mail"
    )
    # bounded: the host's patience, and a minute for its services
    assert 62 <= sum(client.pauses) < 82


def test_a_host_that_lets_us_in_no_more_is_not_asked_again(machine: Machine) -> None:
    client = Client(machine, [Lossy("done\t"), AuthenticationFailed("mail", "nobody")])
    with pytest.raises(OutcomeUnknown):
        client.bring(bundle())
    assert len(client.pauses) == 1


def test_somebody_elses_generation_is_not_taken_for_ours(machine: Machine) -> None:
    machine.apply(bundle())
    other = Client(machine, [Lossy("ask\tconfirm")])

    def somebody_else(_: float) -> None:
        machine.wait_for_guard()
        machine.apply(bundle(b"three\n"))

    attempt = Attempt(other.connect, machine.errand(PATIENCE), pause=somebody_else)
    with pytest.raises(HostError, match="generation 2 is live now, which is not ours"):
        attempt.make(lambda remote: bring(remote, bundle(b"two\n"), machine.errand(PATIENCE)))


def test_a_rollback_that_is_lost_is_asked_for_too(machine: Machine) -> None:
    machine.apply(bundle())
    machine.apply(bundle(b"two\n"))
    with pytest.raises(RolledBack, match="generation 2 is live"):
        Client(machine, [Lossy("ask\tconfirm")]).roll_back(1)
    assert Client(machine, [Lossy("done\t")]).roll_back(1) == Applied("mail", 1, changed=True)
    assert Client(machine, [Lossy("done\t")]).roll_back(0) == Applied("mail", 0, changed=True)
    assert not machine.main.is_symlink()


@dataclass
class Slow:
    """An apply that stands at its confirmation until it may go on."""

    machine: Machine
    asked: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def proceed(self) -> bool:
        self.asked.set()
        return self.go.wait(30)

    def __enter__(self) -> Self:
        errand = self.machine.errand(patience=30)
        work = lambda: bring(LocalRemote("mail"), bundle(b"slow\n"), errand, proceed=self.proceed)  # noqa: E731
        self.thread = threading.Thread(target=work)
        self.thread.start()
        assert self.asked.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self.go.set()
        self.thread.join()


def waiting(machine: Machine, slow: Slow, wait: float, proceed: Proceed = always) -> Applied:
    """A second client; it is told what the first one does, and then lets it end."""
    told: list[str] = []

    def pause(seconds: float) -> None:
        assert seconds <= 2
        slow.go.set()
        threading.Event().wait(0.1)

    attempt = Attempt(
        lambda: LocalRemote("mail"), machine.errand(), told.append, proceed, pause, wait
    )
    try:
        return attempt.make(lambda remote: bring(remote, bundle(b"two\n"), machine.errand()))
    finally:
        assert all("waiting: another apply is at work there (maria@desk since 2" in s for s in told)


def test_a_lock_is_waited_for(machine: Machine) -> None:
    with Slow(machine) as slow:
        assert waiting(machine, slow, wait=30) == Applied("mail", 2, changed=True)
    assert machine.main.read_bytes() == b"two\n"


def test_a_lock_is_not_waited_for_unless_somebody_asks(machine: Machine) -> None:
    with (
        Slow(machine) as slow,
        pytest.raises(Locked, match=r"\(maria@desk since \S+Z, for \d+ s\)"),
    ):
        waiting(machine, slow, wait=0)


def test_who_stops_waits_no_more(machine: Machine) -> None:
    with Slow(machine) as slow, pytest.raises(Locked):
        waiting(machine, slow, wait=30, proceed=lambda: False)


def test_the_wait_has_an_end(machine: Machine) -> None:
    now = iter(range(0, 1000, 5))
    pauses: list[float] = []
    with Slow(machine):
        attempt = Attempt(
            lambda: LocalRemote("mail"),
            machine.errand(),
            pause=pauses.append,
            wait=11,
            clock=lambda: float(next(now)),
        )
        with pytest.raises(Locked):
            attempt.make(lambda remote: bring(remote, bundle(b"two\n"), machine.errand()))
    assert pauses == [2.0, 1.0]
