"""What an apply lays, switches to, keeps, and brings back."""

from __future__ import annotations

import stat

import pytest
from deploy_machine import ORIGINAL, Machine, bundle

from mailctl.bundle import Artefact, Command, Link
from mailctl.errors import HostError


def test_a_first_apply_lays_everything_with_its_owner_and_mode(machine: Machine) -> None:
    applied = machine.apply(bundle())
    assert (applied.generation, applied.changed, machine.execs) == (1, True, 1)
    assert machine.main.is_symlink()
    assert machine.main.read_bytes() == b"one\n"
    secret = (machine.live / "dkim/s1.pem").stat()
    assert (stat.S_IMODE(secret.st_mode), secret.st_uid) == (0o600, 1)
    folder = (machine.live / "dkim").stat()
    assert (stat.S_IMODE(folder.st_mode), folder.st_uid) == (0o750, 1)
    outside = (machine.root / "srv/mail").stat()
    assert (stat.S_IMODE(outside.st_mode), outside.st_uid) == (0o2750, 1)
    assert machine.leftovers() == []


def test_a_second_apply_is_one_exec_and_changes_nothing(machine: Machine) -> None:
    machine.apply(bundle())
    before = machine.snapshot()
    applied = machine.apply(bundle())
    assert (applied.generation, applied.changed, machine.execs) == (1, False, 1)
    assert machine.snapshot() == before


def test_a_changed_file_makes_a_new_generation_and_leaves_the_old_one(machine: Machine) -> None:
    machine.apply(bundle())
    old = machine.live
    assert machine.apply(bundle(b"two\n")).generation == 2
    assert machine.main.read_bytes() == b"two\n"
    assert (old / "postfix/main.cf").read_bytes() == b"one\n"
    # copies, no hard links: an edit of the live file must not reach into the old generation
    assert (machine.live / "dkim/s1.pem").stat().st_ino != (old / "dkim/s1.pem").stat().st_ino


def test_only_changed_files_travel(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    from mailctl.deploy import delivery

    sent: list[list[str]] = []
    real = delivery.archive

    def spy(folders: object, artefacts: tuple[Artefact, ...]) -> bytes:
        sent.append([a.path for a in artefacts if not a.path.startswith(".mailctl/")])
        return real(folders, artefacts)  # type: ignore[arg-type]

    monkeypatch.setattr(delivery, "archive", spy)
    machine.apply(bundle())
    machine.apply(bundle(b"two\n"))
    assert sent == [["postfix/main.cf", "dkim/s1.pem"], ["postfix/main.cf"]]


def test_a_hand_that_changed_a_live_file_is_noticed_and_corrected(machine: Machine) -> None:
    machine.apply(bundle())
    (machine.live / "postfix/main.cf").write_bytes(b"by hand\n")
    (machine.live / "postfix/extra").write_bytes(b"extra\n")
    (machine.live / "dkim/s1.pem").chmod(0o644)
    assert machine.apply(bundle()).generation == 2
    assert machine.main.read_bytes() == b"one\n"
    assert not (machine.live / "postfix/extra").exists()
    assert stat.S_IMODE((machine.live / "dkim/s1.pem").stat().st_mode) == 0o600
    assert not machine.apply(bundle()).changed


def test_builds_see_the_new_files_under_their_final_paths(machine: Machine) -> None:
    copy = Command(("cp", "{tree}/postfix/main.cf", "{tree}/postfix/main.db"), "a build")
    where = Command(("sh", "-c", 'pwd -P >"$1"', "sh", "{tree}/postfix/where"), "a build")
    for content in (b"one\n", b"two\n"):
        machine.apply(bundle(content, builds=(copy, where)))
        assert (machine.live / "postfix/main.db").read_bytes() == content
    assert not machine.apply(bundle(b"two\n", builds=(copy, where))).changed


def test_what_was_built_is_watched_too(machine: Machine) -> None:
    copy = Command(("cp", "{tree}/postfix/main.cf", "{tree}/postfix/main.db"), "a build")
    machine.apply(bundle(builds=(copy,)))
    (machine.live / "postfix/main.db").write_bytes(b"broken")
    assert machine.apply(bundle(builds=(copy,))).changed
    assert (machine.live / "postfix/main.db").read_bytes() == b"one\n"


def test_ten_generations_stay(machine: Machine) -> None:
    for number in range(13):
        machine.apply(bundle(b"%d\n" % number))
    assert machine.numbers() == [0, *range(4, 14)]


def test_generations_say_who_made_them(machine: Machine) -> None:
    machine.apply(bundle())
    found, made = machine.generations()
    assert (found.number, found.live, found.by) == (0, False, "")
    assert (made.number, made.live, made.confirmed, made.by) == (1, True, True, "maria@desk")


def test_rollback_without_a_number_goes_one_back(machine: Machine) -> None:
    machine.apply(bundle())
    machine.apply(bundle(b"two\n"))
    assert machine.roll_back().generation == 1
    assert machine.main.read_bytes() == b"one\n"
    assert machine.numbers() == [0, 1, 2]
    # the spec still says two
    assert machine.apply(bundle(b"two\n")).generation == 3


def test_rollback_without_a_number_never_takes_the_mail_server_away(machine: Machine) -> None:
    machine.apply(bundle())
    with pytest.raises(HostError, match=r"without mailctl; to take .* name 0"):
        machine.roll_back()
    assert machine.main.read_bytes() == b"one\n"
    assert machine.roll_back(0).generation == 0


def test_rollback_to_0_brings_the_administrators_files_back(machine: Machine) -> None:
    was = machine.snapshot()
    machine.apply(bundle(links=(*bundle().content.links, Link("/etc/x.d/x", "postfix/main.cf"))))
    assert (machine.root / "etc/x.d/x").read_bytes() == b"one\n"
    machine.roll_back(0)
    assert not machine.main.is_symlink()
    now = machine.snapshot()
    assert {name: now[name] for name in was} == was
    assert not (machine.root / "etc/x.d").exists()
    assert machine.apply(bundle()).changed
    assert machine.main.read_bytes() == b"one\n"


def test_what_the_administrator_changed_after_rollback_to_0_is_the_new_original(
    machine: Machine,
) -> None:
    machine.apply(bundle())
    machine.roll_back(0)
    machine.main.write_bytes(b"a later thought\n")
    machine.apply(bundle())
    machine.roll_back(0)
    assert machine.main.read_bytes() == b"a later thought\n"


def test_a_file_that_replaced_our_link_is_kept_and_the_original_too(machine: Machine) -> None:
    machine.apply(bundle())
    machine.main.unlink()
    machine.main.write_bytes(b"an editor wrote this\n")
    machine.apply(bundle())
    assert machine.main.is_symlink()
    kept = machine.state / "generations/0"
    assert (kept / "replaced/2/etc/postfix/main.cf").read_bytes() == b"an editor wrote this\n"
    assert (kept / "saved/etc/postfix/main.cf").read_bytes() == ORIGINAL
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700


def test_a_link_that_is_no_more_wanted_gives_its_place_back(machine: Machine) -> None:
    machine.apply(bundle())
    machine.apply(bundle(links=()))
    assert machine.main.read_bytes() == ORIGINAL
    assert not machine.main.is_symlink()


def test_rollback_to_what_is_not_there_is_refused(machine: Machine) -> None:
    with pytest.raises(HostError, match="nothing was ever applied"):
        machine.roll_back()
    machine.apply(bundle())
    with pytest.raises(HostError, match="no generation 9; it keeps 0, 1"):
        machine.roll_back(9)
    same = machine.roll_back(1)
    assert (same.generation, same.changed) == (1, False)
    assert str((machine.state / "current").readlink()) == "generations/1"
