"""Two machines that do the same: the second is looked at, and changed when the first is well."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from deploy_machine import Machine, bundle, checked

from mailctl.bundle import HostBundle
from mailctl.deploy.apply import Applied, bring
from mailctl.deploy.events import Begun, Ended, Step
from mailctl.deploy.fleet import Fleet
from mailctl.deploy.local import LocalRemote
from mailctl.deploy.waves import one_of_each_first
from mailctl.errors import CheckRefused, NotBegun

WAVES = one_of_each_first({"one": {"mx"}, "two": {"mx"}})


@dataclass
class Pair:
    """Two machines, how often each was given a command, and what was told."""

    machines: dict[str, Machine]
    execs: dict[str, int] = field(default_factory=dict)
    events: list[object] = field(default_factory=list)

    def hear(self, event: object) -> None:
        self.events.append(event)

    def apply(self, wanted: HostBundle) -> tuple[Ended[Applied], ...]:
        self.execs = dict.fromkeys(self.machines, 0)
        fleet: Fleet[Applied] = Fleet(self._work(wanted, lambda name: fleet.turn(name)), WAVES)
        return fleet.run(self)

    def _work(self, wanted: HostBundle, turn: Callable[[str], None]) -> Callable[[str], Applied]:
        def work(name: str) -> Applied:
            remote = LocalRemote(name)
            own, errand = replace(wanted, host=name), self.machines[name].errand()
            try:
                return bring(remote, own, errand, permit=lambda _: turn(name))
            finally:
                self.execs[name] += remote.execs

        return work


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    if os.geteuid() != 0:
        pytest.skip("the agent works as root only")
    tmp_path.chmod(0o755)
    return Pair({name: Machine(tmp_path / name) for name in ("one", "two")})


def test_the_second_is_changed_when_the_first_has_confirmed(pair: Pair) -> None:
    assert [one.result for one in pair.apply(bundle())] == [
        Applied("one", 1, changed=True),
        Applied("two", 1, changed=True),
    ]
    ends = [event.host for event in pair.events if isinstance(event, Ended)]
    assert ends == ["one", "two"]
    assert Step("two", "waiting for one") in pair.events
    assert [e.host for e in pair.events if isinstance(e, Begun)].count("two") == 1
    assert pair.execs == {"one": 1, "two": 2}


def test_where_nothing_is_to_do_one_command_is_enough(pair: Pair) -> None:
    pair.apply(bundle())
    ended = pair.apply(bundle())
    assert [one.result and one.result.changed for one in ended] == [False, False]
    assert pair.execs == {"one": 1, "two": 1}


def test_when_the_first_fails_the_second_is_as_it_was(pair: Pair) -> None:
    pair.apply(bundle())
    before = pair.machines["two"].snapshot()
    one, two = pair.apply(checked("false"))
    assert isinstance(one.error, CheckRefused)
    assert isinstance(two.error, NotBegun)
    assert "one, which had to go first, is not well; nothing was changed" in str(two.error)
    assert pair.machines["two"].snapshot() == before
    assert pair.machines["two"].leftovers() == []
    assert pair.machines["two"].numbers() == [0, 1]
