"""Several hosts at once."""

from __future__ import annotations

import threading

import pytest

from mailctl.deploy.fleet import Ended, Fleet, exit_code
from mailctl.errors import HostError, Unreachable


def test_one_host_that_fails_stops_no_other() -> None:
    def work(name: str) -> str:
        if name == "b":
            raise Unreachable(name, "no answer")
        return name.upper()

    heard: list[str] = []
    ended = Fleet(work).run(["a", "b", "c"], lambda one: heard.append(one.host))
    assert [one.host for one in ended] == ["a", "b", "c"]
    assert [one.result for one in ended] == ["A", None, "C"]
    assert isinstance(ended[1].error, Unreachable)
    assert sorted(heard) == ["a", "b", "c"]
    assert exit_code(ended) == 3


def test_hosts_are_worked_on_at_the_same_time() -> None:
    together = threading.Barrier(10, timeout=10)
    ended = Fleet(lambda _: together.wait()).run([str(n) for n in range(10)], lambda _: None)
    assert exit_code(ended) == 0


def test_exit_codes() -> None:
    well, ill = Ended("a", result=1), Ended("b", error=HostError("b", "x"))
    assert exit_code(()) == 0
    assert exit_code((well, well)) == 0
    assert exit_code((well, ill)) == 3
    assert exit_code((ill, ill)) == 1


def test_after_stop_nothing_begins() -> None:
    fleet: Fleet[str] = Fleet(lambda name: name)
    fleet.stop()
    (ended,) = fleet.run(["a"], lambda _: None)
    assert str(ended.error) == "a: not begun; run it again"
    assert not fleet.proceeds()


def test_a_fault_of_ours_is_raised_when_all_have_ended() -> None:
    def work(name: str) -> str:
        if name == "a":
            raise ZeroDivisionError
        return name

    heard: list[str] = []
    with pytest.raises(ZeroDivisionError):
        Fleet(work).run(["a", "b"], lambda one: heard.append(one.host))
    assert heard == ["b"]
