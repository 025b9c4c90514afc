"""Several hosts at once, in waves, with a limit, until somebody stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from mailctl.deploy.events import Begun, Ended, Noted, Step, Stopping
from mailctl.deploy.fleet import Fleet, exit_code
from mailctl.deploy.waves import Waves, at_once, one_of_each_first
from mailctl.errors import HostError, Locked, NotBegun, OutcomeUnknown, Unreachable


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
    ended = Fleet(failing("b"), at_once("abc")).run(heard)
    assert [one.host for one in ended] == ["a", "b", "c"]
    assert [one.result for one in ended] == ["A", None, "C"]
    assert isinstance(ended[1].error, Unreachable)
    assert sorted(heard.of(Ended)) == ["a", "b", "c"]
    assert heard.threads == {threading.get_ident()}
    assert exit_code(ended) == 3


def test_hosts_are_worked_on_at_the_same_time() -> None:
    together = threading.Barrier(10, timeout=10)
    ended = Fleet(lambda _: together.wait(), at_once("abcdefghij")).run(Heard())
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

    assert exit_code(Fleet(work, at_once("abcdef"), parallel=3).run(Heard())) == 0
    assert most == 3


def test_exit_codes() -> None:
    well, ill = Ended("a", result=1), Ended("b", error=HostError("b", "x"))
    assert exit_code(()) == 0
    assert exit_code((well, well)) == 0
    assert exit_code((well, ill)) == 3
    assert exit_code((ill, ill)) == 1
    # somebody else at work there is no fault of the host
    assert exit_code((Ended("a", error=Locked("a", "x")),)) == 3


def test_hosts_at_once_are_one_wave() -> None:
    assert at_once("abc") == (("a", "b", "c"),)
    assert at_once(()) == ()


@pytest.mark.parametrize(
    ("roles", "canaries", "expected"),
    [
        ({"a": "mss", "b": "mss"}, "", "a b"),
        ({"a": "m", "b": "m", "c": "m"}, "", "a bc"),
        # a backup MX shares its role with the host that is all
        ({"a": "mus", "b": "m"}, "", "a b"),
        ({"a": "m", "b": "s"}, "", "ab"),
        ({"a": "m", "b": "s", "c": "m", "d": "s"}, "", "ab cd"),
        # two that share a role that is not proven yet follow each other
        ({"a": "m", "b": "ms", "c": "ms"}, "", "a b c"),
        ({"a": "m", "b": "m", "c": "m"}, "c", "c ab"),
        ({"a": "m", "b": "m", "c": "m"}, "cb", "bc a"),
        # a canary proves its own roles only
        ({"a": "m", "b": "s", "c": "s", "d": "m"}, "a", "a bd c"),
        ({}, "", ""),
    ],
)
def test_of_each_role_one_goes_first(roles: dict[str, str], canaries: str, expected: str) -> None:
    found = one_of_each_first({name: frozenset(has) for name, has in roles.items()}, canaries)
    assert " ".join(map("".join, found)) == expected


def changing(fleet: list[Fleet[str]], *ill: str, same: str = "") -> Callable[[str], str]:
    """Work that asks for its turn, unless there is nothing to do."""

    def work(name: str) -> str:
        if name not in same:
            fleet[0].turn(name)
        return failing(*ill)(name)

    return work


def fleet_of(waves: Waves, *ill: str, same: str = "", parallel: int = 32) -> Fleet[str]:
    holder: list[Fleet[str]] = []
    holder.append(Fleet(changing(holder, *ill, same=same), waves, parallel))
    return holder[0]


@pytest.mark.parametrize("parallel", [1, 2, 32])
def test_the_others_follow_when_the_canary_is_well(parallel: int) -> None:
    heard = Heard()
    ended = fleet_of((("b",), ("a", "c"), ("d",)), parallel=parallel).run(heard)
    assert exit_code(ended) == 0
    assert [one.host for one in ended] == ["b", "a", "c", "d"]
    assert sorted(heard.of(Begun)) == ["a", "b", "c", "d"]
    ends = heard.of(Ended)
    assert (ends[0], ends[-1]) == ("b", "d")


def test_nobody_changes_a_host_before_its_turn() -> None:
    changed: list[str] = []
    waiting, canary = threading.Event(), ("b",)

    def work(name: str) -> str:
        fleet.turn(name)
        if name == "b":
            assert waiting.wait(10)
            assert changed == []
        changed.append(name)
        return name

    def wait(event: object) -> None:
        if event == Step("a", "waiting for b"):
            waiting.set()

    fleet: Fleet[str] = Fleet(work, (canary, ("a",)))
    fleet.run(Heard(then=wait))
    assert changed == ["b", "a"]


def test_who_has_nothing_to_do_waits_for_nobody() -> None:
    seen = threading.Event()

    def work(name: str) -> str:
        if name == "a":
            assert seen.wait(10)
        seen.set()
        return name

    assert exit_code(Fleet(work, (("a",), ("b",))).run(Heard())) == 0


@pytest.mark.parametrize("parallel", [1, 2, 32])
def test_no_other_is_changed_when_a_canary_is_not_well(parallel: int) -> None:
    fleet = fleet_of((("b", "c"), ("a", "d"), ("e",)), "b", same="d", parallel=parallel)
    ended = fleet.run(Heard())
    assert {one.host: type(one.error) for one in ended} == {
        "b": Unreachable,
        "c": type(None),
        "a": NotBegun,
        "d": type(None),
        "e": NotBegun,
    }
    assert str(ended[2].error) == (
        "a: not begun, for b, which had to go first, is not well; nothing was changed; run it again"
    )
    assert exit_code(ended) == 3


def test_who_was_not_begun_has_not_failed() -> None:
    fleet = fleet_of((("a",), ("b", "c", "d")), "a", parallel=1)
    fleet.max_failures = 1
    errors = [str(one.error) for one in fleet.run(Heard())[1:]]
    assert all("for a, which had to go first, is not well" in each for each in errors)
    assert fleet._failed == ["a"]


def test_too_many_failures_are_named() -> None:
    fleet: Fleet[str] = Fleet(failing("a"), at_once("ab"), parallel=1, max_failures=0)
    assert "b: not begun, for a failed; " in str(fleet.run(Heard())[1].error)


def test_a_fault_of_ours_holds_the_others_too() -> None:
    def work(name: str) -> str:
        fleet.turn(name)
        if name == "a":
            raise ZeroDivisionError
        changed.append(name)
        return name

    changed: list[str] = []
    fleet: Fleet[str] = Fleet(work, (("a",), ("b",)))
    with pytest.raises(ZeroDivisionError):
        fleet.run(Heard())
    assert changed == []


@pytest.mark.parametrize(("most", "begun"), [(0, "a"), (1, "ab"), (2, "abc"), (None, "abcd")])
def test_after_too_many_failures_no_other_is_begun(most: int | None, begun: str) -> None:
    heard = Heard()
    fleet: Fleet[str] = Fleet(failing(*"abcd"), at_once("abcd"), parallel=1, max_failures=most)
    ended = fleet.run(heard)
    assert "".join(heard.of(Begun)) == begun
    assert [one.host for one in ended if isinstance(one.error, NotBegun)] == list(
        "abcd".removeprefix(begun)
    )


def test_after_an_interrupt_nothing_begins() -> None:
    heard = Heard()
    fleet: Fleet[str] = Fleet(failing(), at_once("a"))
    fleet.interrupt()
    (ended,) = fleet.run(heard)
    assert str(ended.error) == (
        "a: not begun, for it was stopped; nothing was changed; run it again"
    )
    assert not fleet.proceeds()
    assert isinstance(heard.events[0], Stopping)


def test_an_interrupt_lets_the_hosts_at_work_end() -> None:
    def work(name: str) -> str:
        fleet.interrupt()
        raise HostError(name, "stopped before the switch")

    fleet: Fleet[str] = Fleet(work, (("a",), ("b", "c")), parallel=1)
    ended = fleet.run(Heard())
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

    fleet: Fleet[str] = Fleet(work, (("a",), ("b", "c")), parallel=1)
    ended = fleet.run(Heard(then=twice))
    release.set()
    assert [type(one.error) for one in ended] == [OutcomeUnknown, NotBegun, NotBegun]
    assert "mailctl generations a" in str(ended[0].error)


def test_a_pause_ends_at_the_wish_to_stop() -> None:
    def work(name: str) -> str:
        fleet.pause(60)
        return name

    fleet: Fleet[str] = Fleet(work, at_once("a"))
    heard = Heard(then=lambda event: fleet.interrupt() if isinstance(event, Begun) else None)
    assert exit_code(fleet.run(heard)) == 0


def test_who_waits_for_a_turn_waits_no_more_once_it_is_stopped() -> None:
    def work(name: str) -> str:
        fleet.turn(name)
        assert go.wait(10)
        return name

    def stop(event: object) -> None:
        if isinstance(event, Step):
            fleet.interrupt()
        if isinstance(event, Ended):
            go.set()

    go = threading.Event()
    fleet: Fleet[str] = Fleet(work, (("a",), ("b",)))
    ended = fleet.run(Heard(then=stop))
    assert [one.result for one in ended] == ["a", None]
    assert "it was stopped" in str(ended[1].error)


def test_steps_and_notes_are_heard_before_the_end() -> None:
    def work(name: str) -> str:
        fleet.step(name)("laying generation 1")
        fleet.note(name, "odd", warning=True)
        return name

    heard = Heard()
    fleet: Fleet[str] = Fleet(work, at_once("a"), clock=lambda: 7.0)
    fleet.run(heard)
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
        Fleet(work, at_once("ab")).run(heard)
    assert heard.of(Ended) == ["b"]
