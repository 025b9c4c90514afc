"""A rollover step by step: none is taken before the one before is true in the world."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pinning_world import FQDN, NAME, TTL, World, course, digest

from mailctl.errors import KeyNotPublished, MailctlError
from mailctl.model.tls_key import HostKeys
from mailctl.pinning.permit import SETTINGS, refuse_unpinned
from mailctl.pinning.rotate import cancel

PRINTED_TTL = 3600
"""What we give our own records."""


def _until(world: World, last: str) -> None:
    for name, step in course(world):
        assert step().moved, name
        if name == last:
            return


def test_a_whole_rollover_and_the_next_one(world: World) -> None:
    at = {}
    for name, step in course(world):
        assert step().moved, name
        at[name] = (world.stages, set(world.wanted()))
    one, two = f"3 1 1 {digest(1)}", f"3 1 1 {digest(2)}"
    assert at == {
        "pin": ({1: "shown"}, {one}),
        "begin": ({1: "shown", 2: "wanted"}, {one}),
        "take note": ({1: "shown", 2: "published"}, {one, two}),
        "see it published": ({1: "shown", 2: "published"}, {one, two}),
        "show": ({1: "retiring", 2: "shown"}, {one, two}),
        "retire": ({1: "removed", 2: "shown"}, {two}),
    }
    assert world.rotate().moved
    assert world.stages == {1: "removed", 2: "shown", 3: "wanted"}


def test_nothing_moves_twice(world: World) -> None:
    for name, step in course(world):
        assert step().moved, name
        before = world.pinning
        assert not step().moved, name
        assert world.pinning == before, name


def test_a_host_without_a_certificate_is_not_pinned(world: World) -> None:
    world.keys = HostKeys({FQDN: digest(1)}, {})
    with pytest.raises(MailctlError, match="has no certificate of an authority yet"):
        world.pin()


def test_a_rollover_begins_when_the_present_key_is_published_everywhere(world: World) -> None:
    with pytest.raises(MailctlError, match="not pinned yet"):
        world.rotate()
    world.pin()
    world.publish("ns1.example")
    told = world.rotate()
    assert told.refused
    assert f"{NAME}: ns2.example (192.0.2.1) has no such name" in str(told)
    assert world.stages == {1: "shown"}


def test_the_host_must_have_made_the_key(world: World) -> None:
    _until(world, "begin")
    assert "no certificate for key 2 yet" in str(world.rotate())
    world.keys = HostKeys({FQDN: digest(1)}, {FQDN: digest(1), f"{FQDN}-key2": digest(1)})
    with pytest.raises(MailctlError, match="a key that was used before"):
        world.rotate()


@pytest.mark.parametrize("ttl", [TTL, 86400])
def test_it_waits_for_two_ttls_from_when_all_servers_carry_it(world: World, ttl: int) -> None:
    """Theirs or ours, whichever is longer."""
    world.view.ttl = ttl
    _until(world, "take note")
    world.publish("ns1.example")
    assert "ns2.example" in str(world.rotate())
    world.publish()
    world.view.silent = {"ns1.example"}
    assert "could not be asked" in str(world.rotate())
    world.view.silent.clear()
    assert world.rotate().moved
    world.now += timedelta(seconds=2 * max(ttl, PRINTED_TTL) - 1)
    early = world.rotate()
    assert early.refused and "cannot be shown before" in str(early)
    world.now += timedelta(seconds=1)
    assert world.rotate().moved
    assert world.stages == {1: "retiring", 2: "shown"}


def test_a_record_that_was_lost_meanwhile_begins_the_wait_anew(world: World) -> None:
    _until(world, "see it published")
    both = world.wanted()
    world.view.zones["ns2.example"] = both[:1]
    assert world.rotate().refused
    world.now += timedelta(days=1)
    world.publish()
    told = world.rotate()
    assert told.moved and "may be shown from 2026-11-02 14:00:00 UTC on" in str(told)
    assert world.rotate().refused


def test_a_key_that_is_gone_from_the_host_is_not_shown(world: World) -> None:
    _until(world, "see it published")
    world.now += timedelta(days=1)
    world.keys = HostKeys({FQDN: digest(1)}, {FQDN: digest(1)})
    assert "not on the host any more" in str(world.rotate())
    assert cancel(world.desk(), "mail").moved
    assert world.stages == {1: "shown", 2: "removed"}
    assert len(world.wanted()) == 1
    with pytest.raises(MailctlError, match="no next key to give up"):
        cancel(world.desk(), "mail")


@pytest.mark.parametrize("fault", ["not applied", "a port lags", "not in DNS"])
def test_the_former_key_stays_while_it_is_needed(world: World, fault: str) -> None:
    _until(world, "show")
    if fault != "not applied":
        world.apply()
    if fault == "a port lags":
        world.keys = HostKeys(world.keys.served, world.keys.lineages)
    if fault == "not in DNS":
        world.view.zones["ns1.example"] = (f"3 1 1 {digest(1)}",)
    told = world.retire()
    assert told.refused and "key 1 cannot be retired" in str(told)
    assert world.stages == {1: "retiring", 2: "shown"}
    assert world.rotate().lines[0].startswith("key 2 is shown from the next apply on")


def test_retiring_comes_last(world: World) -> None:
    _until(world, "begin")
    assert "nothing is to be retired yet" in str(world.retire())


def test_a_lost_key_gives_way_to_the_one_that_the_host_has(world: World) -> None:
    _until(world, "begin")
    assert not world.pin().moved
    world.keys = HostKeys({FQDN: digest(7)}, {FQDN: digest(7)})
    with pytest.raises(MailctlError, match="not on the host any more"):
        world.pin()
    assert world.pin(lost=True).moved
    assert world.stages == {1: "shown"}
    assert world.wanted() == (f"3 1 1 {digest(7)}",)


def test_apply_shows_no_key_that_dns_does_not_name(world: World) -> None:
    _until(world, "show")
    host, view = world.host, world.view
    assert refuse_unpinned(host, view, {SETTINGS}) == ()
    view.zones["ns2.example"] = (f"3 1 1 {digest(1)}",)
    with pytest.raises(KeyNotPublished, match=r"ns2\.example .* has records of other keys only"):
        refuse_unpinned(host, view, ())
    # who has no record at all is held to none
    view.zones = {"ns1.example": (), "ns2.example": ()}
    assert refuse_unpinned(host, view, {SETTINGS}) == ()
    view.silent = {"ns1.example"}
    with pytest.raises(KeyNotPublished, match="could not be asked"):
        refuse_unpinned(host, view, {SETTINGS})
    (warning,) = refuse_unpinned(host, view, {"postfix/main.cf"})
    assert "it shows its key as before" in warning
