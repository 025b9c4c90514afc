"""`dkim status`: every key, what comes next, and the dates; computed without asking anybody."""

from __future__ import annotations

import json
import os
from pathlib import Path

from rotation_world import BEGIN, DAY, DOMAIN, SPEC, World, build, course

from mailctl.keys.places import key_path
from mailctl.rotation.calendar import calendar, status
from mailctl.rotation.effective import rotations_of
from mailctl.rotation.show import as_json, as_text


def _age(world: World, selector: str = "s1") -> None:
    """The first key was made when the clock began."""
    moment = BEGIN.timestamp()
    os.utime(key_path(world.folder, DOMAIN, selector), (moment, moment))


def _calendar(world: World) -> list[str]:
    system = world.system
    return [due.line for due in calendar(status(system, rotations_of(system)))]


def test_without_a_file_the_keys_age_counts(world: World) -> None:
    _age(world)
    assert _calendar(world) == [
        "2027-04-30  example.org  replace s1: mailctl dkim rotate --domain example.org"
    ]


def test_each_state_has_its_date(world: World) -> None:
    _age(world)
    dates = {}
    for name, act in course(world):
        act()
        dates[name] = _calendar(world)
    assert dates == {
        "begin": ["2026-11-01  example.org  let s2 sign: mailctl dkim rotate --domain example.org"],
        "switch": ["2026-11-01  example.org  sign with s2: mailctl apply"],
        "note": ["2026-11-08  example.org  retire s1: mailctl dkim retire"],
        "revoke": ["2026-11-16  example.org  remove s1: mailctl dkim retire"],
        "remove": ["2027-04-30  example.org  replace s2: mailctl dkim rotate --domain example.org"],
    }


def test_dates_are_sorted_over_domains(tmp_path: Path) -> None:
    more = (
        "  a.example: {host: mail, dkim_rotation: {every: 52w}}\n  b.example: {host: mail}\nusers:"
    )
    world = build(tmp_path, SPEC.replace("users:", more))
    world.wanted()
    for domain, days in ((DOMAIN, 9), ("a.example", 0), ("b.example", 5)):
        moment = (BEGIN + days * DAY).timestamp()
        os.utime(tmp_path / f"keys/dkim/{domain}/s1.pem", (moment, moment))
    assert [line.split()[:2] for line in _calendar(world)] == [
        ["2027-05-05", "b.example"],
        ["2027-05-09", "example.org"],
        ["2027-10-31", "a.example"],
    ]


def test_who_wants_no_reminders_gets_none(tmp_path: Path) -> None:
    spec = SPEC.replace("{host: mail}", "{host: mail, dkim_rotation: {every: none, grace: 2w}}")
    world = build(tmp_path, spec)
    assert _calendar(world) == []
    text = as_text(status(world.system, {}))
    assert text.rstrip().endswith("nothing is planned")
    lines = {}
    for name, act in course(world):
        world.now += 7 * DAY
        act()
        lines[name] = _calendar(world)
    assert [line[:10] for line in lines["note"]] == ["2026-12-06"]
    assert lines["remove"] == []


def test_the_table(world: World) -> None:
    _age(world)
    for name, act in course(world):
        act()
        if name == "switch":
            break
    assert as_text(status(world.system, rotations_of(world.system))) == (
        "example.org  s1  rsa-2048  retiring  2026-11-01  s2 signs from the next apply on, not yet "
        "on mail, out: mailctl apply\n"
        "example.org  s2  rsa-2048  signing   2026-11-01  see the other key\n"
        "\n"
        "2026-11-01  example.org  sign with s2: mailctl apply\n"
    )


def test_json(world: World) -> None:
    _age(world)
    steps = course(world)
    for _ in range(2):
        next(steps)[1]()
    document = json.loads(as_json(status(world.system, rotations_of(world.system))))
    (domain,) = document["domains"]
    assert (document["version"], domain["domain"], domain["left_behind"]) == (1, DOMAIN, False)
    assert domain["keys"][1] == {
        "selector": "s2",
        "kind": "rsa-2048",
        "state": "signing",
        "since": "2026-11-01T12:00:00Z",
        "next": "see the other key",
    }
    assert document["calendar"] == [
        {
            "due": "2026-11-01T12:00:00Z",
            "domain": "example.org",
            "what": "sign with s2",
            "command": "mailctl apply",
        }
    ]


def test_a_key_that_is_not_made_yet(tmp_path: Path) -> None:
    (tmp_path / "mail.yaml").write_text(SPEC)
    world = World(tmp_path)
    assert as_text(status(world.system, {})) == (
        "example.org  s1  rsa-2048  signing  -  is not made yet: mailctl dns-records\n"
    )
    assert not (tmp_path / "keys").exists()


def test_a_file_that_the_spec_left_behind(world: World) -> None:
    world.rotate()
    (world.folder / "mail.yaml").write_text(
        SPEC.replace("{host: mail}", "{host: mail, dkim: [{selector: x}, {selector: y}]}")
    )
    text = as_text(status(world.system, rotations_of(world.system)))
    assert "example.org: the spec has another first selector than rotation.json, and holds" in text
    assert [line.split()[1:4] for line in text.splitlines()[:2]] == [
        ["x", "rsa-2048", "signing"],
        ["y", "rsa-2048", "published"],
    ]


def test_other_keys_of_the_spec_and_removed_ones_are_listed(tmp_path: Path) -> None:
    spec = SPEC.replace("{host: mail}", "{host: mail, dkim: [{selector: s1}, {selector: old}]}")
    world = build(tmp_path, spec)
    for _, act in course(world):
        act()
    (domain,) = status(world.system, rotations_of(world.system))
    assert [(key.selector, key.state.value, key.next) for key in domain.keys] == [
        ("s1", "removed", "its selector is not used again; no record of it is wanted"),
        ("s2", "signing", ("to be replaced from 2027-04-30 12:00 UTC on: "
                          "mailctl dkim rotate --domain example.org")),
        ("old", "published", "stays published, as the spec says"),
    ]  # fmt: skip
