"""Several hosts at once, in waves, with a limit, until somebody stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from mailctl.deploy.events import Begun, Ended, Noted, Step, Stopping
from mailctl.deploy.fleet import Fleet, exit_code
from mailctl.deploy.waves import one_of_each, waves
from mailctl.errors import HostError, NotBegun, OutcomeUnknown, Unreachable


@dataclass
class Heard:
    """Remembers all that it hears, and in which thread."""

    events: list[Any] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    then: Callable[[Any], None] = lambda _: None

    def hear(self, event: Any) -> None:
        self.events.append(event)
        self.threads.add(threading.get_ident())
        self.then(event)

    def of(self, kind: type) -> list[str]:
        return [event.host for event in self.events if isinstance(event, kind)]


def failing(*ill: str) -> Callable[[str], str]:
    def work(name: str) -> str:
        if name in ill:
            raise Unreachable(name, "no answer")
        return name.upper()

    return work


def test_one_host_that_fails_stops_no_other() -> None:
    heard = Heard()
    ended = Fleet(failing("b")).run(waves("abc"), heard)
    assert [one.host for one in ended] == ["a", "b", "c"]
    assert [one.result for one in ended] == ["A", None, "C"]
    assert isinstance(ended[1].error, Unreachable)
    assert sorted(heard.of(Ended)) == ["a", "b", "c"]
    assert heard.threads == {threading.get_ident()}
    assert exit_code(ended) == 3


def test_hosts_are_worked_on_at_the_same_time() -> None:
    together = threading.Barrier(10, timeout=10)
    ended = Fleet(lambda _: together.wait()).run(waves("abcdefghij"), Heard())
    assert exit_code(ended) == 0


def test_no_more_at_a_time_than_the_limit() -> None:
    lock, now, most = threading.Lock(), 0, 0
    full = threading.Barrier(3, timeout=10)

    def work(name: str) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        full.wait()
        with lock:
            now -= 1

    assert exit_code(Fleet(work, parallel=3).run(waves("abcdef"), Heard())) == 0
    assert most == 3


def test_exit_codes() -> None:
    well, ill = Ended("a", result=1), Ended("b", error=HostError("b", "x"))
    assert exit_code(()) == 0
    assert exit_code((well, well)) == 0
    assert exit_code((well, ill)) == 3
    assert exit_code((ill, ill)) == 1


def test_waves_keep_the_order_and_are_never_empty() -> None:
    assert waves("abc") == (("a", "b", "c"),)
    assert waves("abcd", ["d", "b"]) == (("b", "d"), ("a", "c"))
    assert waves("ab", "ba") == (("a", "b"),)
    assert waves("ab", ["z"]) == (("a", "b"),)
    assert waves(()) == ()


def test_one_of_each_kind_is_the_first() -> None:
    mx, store = frozenset({"mx"}), frozenset({"store"})
    assert one_of_each({"a": mx, "b": mx, "c": store, "d": mx}) == ("a", "c")


def test_the_others_follow_when_the_canary_is_well() -> None:
    heard = Heard()
    ended = Fleet(failing()).run(waves("abc", "b"), heard)
    assert exit_code(ended) == 0
    assert [one.host for one in ended] == ["b", "a", "c"]
    ends_of_b = heard.events.index(next(e for e in heard.events if isinstance(e, Ended)))
    assert heard.of(Begun)[0] == "b"
    assert all(not isinstance(e, Begun) or e.host == "b" for e in heard.events[:ends_of_b])


def test_no_other_is_begun_when_a_canary_is_not_well() -> None:
    heard = Heard()
    ended = Fleet(failing("b")).run(waves("abcd", "bc"), heard)
    assert sorted(heard.of(Begun)) == ["b", "c"]
    assert [type(one.error) for one in ended] == [Unreachable, type(None), NotBegun, NotBegun]
    assert str(ended[2].error) == (
        "a: not begun, for b, which had to go first, is not well; run it again"
    )
    assert exit_code(ended) == 3


@pytest.mark.parametrize(("most", "begun"), [(0, "a"), (1, "ab"), (2, "abc"), (None, "abcd")])
def test_after_too_many_failures_no_other_is_begun(most: int | None, begun: str) -> None:
    heard = Heard()
    fleet: Fleet[str] = Fleet(failing(*"abcd"), parallel=1, max_failures=most)
    ended = fleet.run(waves("abcd"), heard)
    assert "".join(heard.of(Begun)) == begun
    assert [one.host for one in ended if isinstance(one.error, NotBegun)] == list(
        "abcd".removeprefix(begun)
    )


def test_after_an_interrupt_nothing_begins() -> None:
    heard = Heard()
    fleet: Fleet[str] = Fleet(failing())
    fleet.interrupt()
    (ended,) = fleet.run(waves("a"), heard)
    assert str(ended.error) == "a: not begun, for it was stopped; run it again"
    assert not fleet.proceeds()
    assert isinstance(heard.events[0], Stopping)


def test_an_interrupt_lets_the_hosts_at_work_end() -> None:
    def work(name: str) -> str:
        fleet.interrupt()
        raise HostError(name, "stopped before the switch")

    fleet: Fleet[str] = Fleet(work, parallel=1)
    ended = fleet.run(waves("abc", "a"), Heard())
    assert [type(one.error) for one in ended] == [HostError, NotBegun, NotBegun]


def test_after_the_second_interrupt_nobody_is_waited_for() -> None:
    release = threading.Event()

    def work(name: str) -> str:
        assert release.wait(20)
        return name

    def twice(event: object) -> None:
        if isinstance(event, Begun):
            fleet.interrupt()
            fleet.interrupt()

    fleet: Fleet[str] = Fleet(work, parallel=1)
    ended = fleet.run(waves("abc", "a"), Heard(then=twice))
    release.set()
    assert [type(one.error) for one in ended] == [OutcomeUnknown, NotBegun, NotBegun]
    assert "mailctl generations a" in str(ended[0].error)


def test_a_pause_ends_at_the_wish_to_stop() -> None:
    def work(name: str) -> str:
        fleet.pause(60)
        return name

    fleet: Fleet[str] = Fleet(work)
    heard = Heard(then=lambda event: fleet.interrupt() if isinstance(event, Begun) else None)
    assert exit_code(fleet.run(waves("a"), heard)) == 0


def test_steps_and_notes_are_heard_before_the_end() -> None:
    def work(name: str) -> str:
        fleet.step(name)("laying generation 1")
        fleet.note(name, "odd", warning=True)
        return name

    heard = Heard()
    fleet: Fleet[str] = Fleet(work, clock=lambda: 7.0)
    fleet.run(waves("a"), heard)
    assert heard.events == [
        Begun("a"),
        Step("a", "laying generation 1"),
        Noted("a", "odd", warning=True),
        Ended("a", result="a", seconds=0.0),
    ]


def test_a_fault_of_ours_is_raised_when_all_have_ended() -> None:
    def work(name: str) -> str:
        if name == "a":
            raise ZeroDivisionError
        return name

    heard = Heard()
    with pytest.raises(ZeroDivisionError):
        Fleet(work).run(waves("ab"), heard)
    assert heard.of(Ended) == ["b"]
