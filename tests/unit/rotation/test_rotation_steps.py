"""A whole rotation, and the next one: every step when it is due, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta

from rotation_world import BEGIN, DAY, DOMAIN, World, course

from mailctl.keys.places import key_path
from mailctl.model.settings import KeyKind
from mailctl.rotation.effective import removed, rotations_of
from mailctl.rotation.rotate import Wish
from mailctl.rotation.switched import note_switched

S1, S2 = f"s1._domainkey.{DOMAIN}", f"s2._domainkey.{DOMAIN}"


def _signs_with(world: World) -> str:
    return world.held.domains[DOMAIN].policy.dkim[0].selector


def _to_retiring(world: World) -> None:
    world.rotate()
    world.publish()
    assert world.rotate().moved
    world.apply()


def test_a_whole_rotation(world: World) -> None:
    first = world.rotate()
    assert (first.moved, first.refused) == (True, False)
    assert first.lines[0] == "the key s2 (rsa-2048) is made; publish its record:"
    assert first.lines[1].startswith(f'  {S2}. TXT "v=DKIM1; k=rsa; p=MII')
    assert world.states == {"s1": "signing", "s2": "published"}
    assert set(world.wanted()) == {S1, S2}
    assert _signs_with(world) == "s1"

    world.publish()
    second = world.rotate()
    assert second.lines == (
        (
            "all name servers carry it; s2 signs from the next apply on, not yet on mail, out: "
            "mailctl apply"
        ),
    )
    assert world.states == {"s1": "retiring", "s2": "signing"}
    assert set(world.wanted()) == {S1, S2}
    assert _signs_with(world) == "s2"

    world.now += DAY
    world.apply("mail")
    world.now += DAY
    world.apply("out")
    assert world.rotation.hosts == {"mail": BEGIN + DAY, "out": BEGIN + 2 * DAY}
    world.now = BEGIN + 9 * DAY
    third = world.retire()
    assert third.moved
    assert third.lines == (
        "s1 is revoked; put this record in the place of the former one:",
        f'  {S1}. TXT "v=DKIM1; p="',
        "its removal is due 2026-11-17 12:00 UTC: mailctl dkim retire",
    )
    assert world.wanted()[S1] == "v=DKIM1; p="

    world.publish()
    world.now = BEGIN + 16 * DAY
    last = world.retire()
    assert last.moved
    assert f"take the record {S1} out of DNS" in last.lines[0]
    assert world.states == {"s1": "removed", "s2": "signing"}
    assert set(world.wanted()) == {S2}
    assert list(removed(world.system, rotations_of(world.system))) == [(DOMAIN, "s1")]
    assert world.retire().lines == ("there is no former key to retire",)


def test_the_next_rotation_uses_no_selector_again(world: World) -> None:
    _to_retiring(world)
    for _ in range(2):
        world.now += 8 * DAY
        assert world.retire().moved
        world.publish()
    assert world.rotate().lines[0].startswith("the key s3 ")
    assert world.states == {"s1": "removed", "s2": "signing", "s3": "published"}


def test_one_rotation_at_a_time(world: World) -> None:
    _to_retiring(world)
    told = world.rotate()
    assert (told.moved, told.refused) == (False, False)
    assert told.lines == (
        "s2 signs, s1 is retiring: due 2026-11-08 12:00 UTC: mailctl dkim retire",
    )
    world.now += 8 * DAY
    world.retire()
    assert world.rotate().lines == (
        "s2 signs, s1 is revoked: due 2026-11-16 12:00 UTC: mailctl dkim retire",
    )
    assert world.states == {"s1": "revoked", "s2": "signing"}


def test_a_revoked_key_needs_no_private_half_and_gets_none(world: World) -> None:
    _to_retiring(world)
    world.now += 8 * DAY
    world.retire()
    path = key_path(world.folder, DOMAIN, "s1")
    path.unlink()
    assert world.wanted()[S1] == "v=DKIM1; p="
    assert not path.exists()


def test_the_kind_and_the_name_of_the_successor_can_be_said(world: World) -> None:
    told = world.rotate(Wish(KeyKind.RSA_4096, "winter"))
    assert told.lines[0] == "the key winter (rsa-4096) is made; publish its record:"
    world.publish()
    assert world.rotate().moved
    assert _signs_with(world) == "winter"
    assert world.held.domains[DOMAIN].policy.dkim[0].key is KeyKind.RSA_4096


def test_a_host_that_comes_back_from_a_rollback_counts_from_then(world: World) -> None:
    _to_retiring(world)
    world.now += 3 * DAY
    world.apply("out", fresh=("opendkim/keys/example.org/s2.pem",))
    assert world.rotation.hosts["out"] == BEGIN + 3 * DAY
    world.now = BEGIN + 9 * DAY
    assert world.retire().refused
    world.now = BEGIN + 10 * DAY
    assert world.retire().moved


def test_nothing_is_written_where_nothing_is_expected(world: World) -> None:
    path = world.folder / "keys/dkim/example.org/rotation.json"
    world.apply()
    assert not path.exists()
    _to_retiring(world)
    before = path.stat()
    world.now += timedelta(hours=1)
    world.apply()
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_an_apply_of_the_former_key_is_not_noted(world: World) -> None:
    """It was begun before the successor came, and ends after."""
    world.rotate()
    world.publish()
    before = world.held
    world.rotate()
    assert note_switched(before, "mail", lambda: world.now) == ()
    assert world.rotation.hosts == {"mail": None, "out": None}


def test_an_apply_that_the_next_rotation_has_overtaken_is_not_noted(world: World) -> None:
    for name, act in course(world):
        act()
        if name == "switch":
            stale = world.held
    _to_retiring(world)
    before = world.rotation
    fresh = ("opendkim/keys/example.org/s2.pem",)
    assert note_switched(stale, "mail", lambda: world.now + DAY, fresh) == ()
    assert note_switched(stale, "mail", lambda: world.now + DAY) == ()
    assert world.rotation == before


def test_what_is_not_due_changes_nothing_however_often_it_is_tried(world: World) -> None:
    for name, act in course(world):
        act()
        before = world.rotation
        for _ in range(2 if name != "remove" else 0):
            assert not world.rotate().moved, name
            assert not world.retire().moved, name
        assert world.rotation == before
