"""A machine in a folder that becomes another release: what belongs to the former one stays away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from deploy_machine import Machine, bundle

from mailctl.bundle import HostBundle
from mailctl.deploy.local import LocalRemote
from mailctl.deploy.preview import preview
from mailctl.deploy.show.diff import file_diffs
from mailctl.deploy.show.text import plan_text
from mailctl.errors import WrongPlatform


def newer(main: bytes = b"one\n") -> HostBundle:
    return replace(bundle(main), platform="debian-13")


def upgrade(machine: Machine) -> None:
    (machine.root / "etc/os-release").write_text('ID=debian\nVERSION_ID="13"\n')


def test_the_former_platform_is_refused_with_the_reason(machine: Machine) -> None:
    machine.apply(bundle())
    upgrade(machine)
    for wanted in (bundle(), bundle(b"two\n")):
        with pytest.raises(WrongPlatform, match="was debian-12 at the last apply, and now") as said:
            machine.apply(wanted)
        assert said.value.hint.startswith("write `platform: debian-13` at this host, and")
    assert machine.numbers() == [0, 1]


@pytest.mark.parametrize("number", [None, 1, 0])
def test_nothing_of_a_former_release_comes_back(machine: Machine, number: int | None) -> None:
    machine.apply(bundle())
    machine.apply(bundle(b"two\n"))
    upgrade(machine)
    with pytest.raises(WrongPlatform, match=r"debian 12; the host runs debian 13 now"):
        machine.roll_back(number)
    assert machine.main.read_bytes() == b"two\n"


def test_generations_of_this_release_come_back(machine: Machine) -> None:
    machine.apply(bundle())
    upgrade(machine)
    machine.apply(newer(b"two\n"))
    machine.apply(newer(b"three\n"))
    assert machine.roll_back(2).changed
    assert [generation.platform for generation in machine.generations()] == [
        *("", "debian-12"),
        *("debian-13", "debian-13"),
    ]


def test_generation_0_is_of_the_release_on_which_it_was_left_last(machine: Machine) -> None:
    machine.apply(bundle())
    machine.roll_back(0)
    upgrade(machine)
    machine.apply(newer())
    assert machine.roll_back(0).changed


def test_the_plan_shows_what_stands_where_a_link_is_to_be(machine: Machine) -> None:
    shown = preview(LocalRemote("mail"), bundle(), (), machine.errand(), contents=True)
    assert "  ~ set link /etc/postfix/main.cf (what is there is kept)\n" in plan_text(shown)
    assert "-what the administrator had\n+one\n" in file_diffs(shown)


def test_what_is_not_for_all_to_read_is_not_shown(machine: Machine) -> None:
    machine.main.chmod(0o640)
    shown = preview(LocalRemote("mail"), bundle(), (), machine.errand(), contents=True)
    assert "mail:/etc/postfix/main.cf: <secret> differs\n" in file_diffs(shown)
    assert "what the administrator had" not in repr(shown.live)
