"""pins.json: whole or not at all, and nothing is guessed of a damaged one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pinning_world import World, course

from mailctl.errors import MailctlError
from mailctl.pinning.form import parse, text

Change = Callable[[dict[str, Any]], object]
NOON = "2026-11-01T12:00:00Z"


def _whole(world: World) -> None:
    for _, step in course(world):
        step()


def test_it_is_read_as_it_was_written_at_every_step(world: World) -> None:
    for _, step in course(world):
        step()
        assert parse(text(world.pinning).encode(), "mail") == world.pinning
    path = world.folder / "keys/tlsa/mail/pins.json"
    assert path.stat().st_mode & 0o777 == 0o600


DAMAGE: dict[str, tuple[Change, str]] = {
    "version": (lambda d: d.update(version=2), "of version 2"),
    "another host": (lambda d: d.update(host="other"), "it is about 'other'"),
    "another name": (lambda d: d.update(fqdn="a b"), "'a b' is no name of a host"),
    "capitals": (lambda d: d.update(fqdn="Mail.example.org"), "is no name of a host"),
    "a key too many": (lambda d: d.update(note=""), "does not have exactly the keys"),
    "keys as a mapping": (lambda d: d.update(keys={}), "`keys` is no list"),
    "no keys": (lambda d: d.update(keys=[]), "not exactly one key is shown"),
    "a TTL": (lambda d: d.update(ttl=-1), "-1 is no number that belongs there"),
    "a number": (lambda d: d["keys"][0].update(number=True), "True is no number"),
    "a digest": (lambda d: d["keys"][1].update(digest="../x"), "'../x' is no SHA-256"),
    "no digest": (lambda d: d["keys"][1].update(digest=""), "key 2 has no digest"),
    "a stage": (lambda d: d["keys"][1].update(history={"lost": NOON}), "'lost' is no stage"),
    "no stage": (lambda d: d["keys"][1].update(history={}), "is no mapping, or empty"),
    "a stage before its time": (
        lambda d: d["keys"][1].update(history={"shown": NOON, "published": NOON}),
        "the history of key 2 goes back",
    ),
    "two are shown": (lambda d: d["keys"][0].update(history={"shown": NOON}), "not exactly one"),
    "counted back": (lambda d: d["keys"].reverse(), "its keys are not counted on"),
    "two rollovers": (
        lambda d: d["keys"].extend(
            {**d["keys"][0], "number": number, "history": {"published": NOON}} for number in (3, 4)
        ),
        "two rollovers are under way",
    ),
    "a moment": (lambda d: d["keys"][1].update(carried="soon"), "'soon' is no moment"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_refused_and_left_alone(world: World, damage: str) -> None:
    _whole(world)
    path = world.folder / "keys/tlsa/mail/pins.json"
    change, said = DAMAGE[damage]
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))
    before = path.read_bytes()
    for act in (world.rotate, world.retire, world.pin, lambda: world.held):
        with pytest.raises(MailctlError, match="is damaged") as refused:
            act()
        assert said in str(refused.value)
    assert path.read_bytes() == before
