"""rotation.json: whole or not at all, one writer at a time, and nothing is guessed of a damaged
one, which stays as it is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from rotation_world import DOMAIN, World, course

from mailctl.errors import MailctlError
from mailctl.keys.places import key_path
from mailctl.rotation import store
from mailctl.rotation.form import parse, text
from mailctl.rotation.rotate import Wish

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def path(world: World) -> Path:
    world.rotate()
    world.publish()
    world.rotate()
    world.apply("mail")
    return store.rotation_path(world.folder, DOMAIN)


def test_it_is_read_as_it_was_written(world: World, path: Path) -> None:
    rotation = world.rotation
    assert parse(text(rotation).encode(), DOMAIN) == rotation
    assert rotation.hosts["out"] is None
    assert path.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in path.read_text()


def _history(document: dict[str, Any], value: dict[str, str]) -> None:
    document["keys"][1]["history"] = value


NOON = "2026-11-01T12:00:00Z"
DAMAGE: dict[str, tuple[Change, str]] = {
    "version": (lambda d: d.update(version=2), "of version 2"),
    "true is no version": (lambda d: d.update(version=True), "of version True"),
    "another domain": (lambda d: d.update(domain="example.net"), "it is about 'example.net'"),
    "a key too many": (lambda d: d.update(note=""), "does not have exactly the keys"),
    "no hosts": (lambda d: d.pop("hosts"), "does not have exactly the keys"),
    "hosts as a list": (lambda d: d.update(hosts=[]), "`hosts` no mapping"),
    "a moment": (lambda d: d["hosts"].update(out="yesterday"), "'yesterday' is no moment"),
    "a moment as a number": (lambda d: d["hosts"].update(out=5), "5 is no moment"),
    "a moment elsewhere": (
        lambda d: d["hosts"].update(out="2026-11-01T12:00:00+01:00"),
        "'2026-11-01T12:00:00+01:00' is no moment in the form 2026-11-01T12:00:00Z",
    ),
    "a moment nowhere": (lambda d: d["hosts"].update(out="2026-11-01T12:00:00"), "no moment in"),
    "a base": (lambda d: d.update(base=None), "None is no selector"),
    "a path as selector": (
        lambda d: d["keys"][0].update(selector="../x"),
        "'../x' is no DKIM selector",
    ),
    "capitals": (lambda d: d["keys"][0].update(selector="S1"), "'S1' is not in lower case"),
    "a kind": (lambda d: d["keys"][0].update(kind="dsa"), "'dsa' is no kind of key"),
    "a kind as a list": (lambda d: d["keys"][0].update(kind=[]), "`kind` no text"),
    "a state": (lambda d: _history(d, {"lost": NOON}), "'lost' is no state of a key"),
    "no state": (lambda d: _history(d, {}), "leaves a state out"),
    "a state left out": (
        lambda d: _history(d, {"published": NOON, "retiring": NOON}),
        "the history of 's2' leaves a state out",
    ),
    "a state before its time": (
        lambda d: _history(d, {"signing": NOON, "published": NOON}),
        "leaves a state out",
    ),
    "born retired": (lambda d: _history(d, {"retiring": NOON}), "leaves a state out"),
    "twice": (lambda d: d["keys"].append(d["keys"][0]), "a selector stands in it twice"),
    "nobody signs": (lambda d: d["keys"].pop(1), "not exactly one key is signing"),
    "two sign": (
        lambda d: d["keys"].append({"selector": "s3", "kind": "rsa-2048",
                                    "history": {"signing": NOON}}),
        "not exactly one key is signing",
    ),
    "two rotations": (
        lambda d: d["keys"].append({"selector": "s3", "kind": "rsa-2048",
                                    "history": {"published": NOON}}),
        "two rotations are under way",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", DAMAGE)
def test_a_damaged_file_is_one_clear_error_and_stays(world: World, path: Path, fault: str) -> None:
    change, reason = DAMAGE[fault]
    document = json.loads(path.read_text())
    change(document)
    _refused(world, path, json.dumps(document).encode(), reason)


RAW = {
    "empty": (b"", "Expecting value"),
    "cut off": (b'{"version": 1, "domain"', "Expecting"),
    "no text": (b"\xff\xfe", "it is no JSON"),
    "deep": (b"[" * 100_000, "it is no JSON"),
    "large": (b" " * (1 << 21), "it is far too large"),
    "twice": (b'{"version": 1, "version": 1}', "a key stands in it twice"),
}


@pytest.mark.parametrize("fault", RAW)
def test_a_file_that_is_no_json(world: World, path: Path, fault: str) -> None:
    content, reason = RAW[fault]
    _refused(world, path, content, reason)


def _refused(world: World, path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)
    for step in (world.rotate, world.retire, world.apply, world.wanted):
        with pytest.raises(MailctlError) as refused:
            step()
        assert str(refused.value).startswith(f"{path}: is damaged: ")
        assert reason in refused.value.message
        assert "\n" not in str(refused.value)
    assert path.read_bytes() == content


def test_a_folder_in_its_place(world: World) -> None:
    store.rotation_path(world.folder, DOMAIN).mkdir()
    with pytest.raises(MailctlError, match="cannot be read: it is not a regular file"):
        world.rotate()


def test_what_a_killed_writer_left_is_not_read_and_goes(world: World, path: Path) -> None:
    left = path.with_name(".rotation.json.0123456789abcdef")
    left.write_text('{"version": 1, "dom')
    rotation = world.rotation
    assert rotation.hosts["out"] is None
    world.apply("out")
    assert world.rotation.hosts["out"] is not None
    assert not left.exists()


def test_a_failing_write_leaves_the_former_file(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MailctlError, match="cannot be written: No space left on device"):
        world.apply("out")
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".rotation.json.*"))


def test_everything_is_on_the_disk_before_the_name_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fsync of the draft, rename, fsync of the folder."""
    world.rotate()
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        done.append("folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "file")
        fsync(descriptor)

    def renamed(self: Path, target: Path) -> Path:
        done.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    with store.locked(world.folder, DOMAIN):
        store.write(world.folder, world.rotation)
    assert done == ["file", "rename", "folder"]


def test_a_key_whose_step_was_not_written_is_taken_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("mailctl.rotation.rotate.write", killed)
        with pytest.raises(KeyboardInterrupt):
            world.rotate()
    made = key_path(world.folder, DOMAIN, "s2").read_bytes()
    assert not store.rotation_path(world.folder, DOMAIN).exists()
    assert not any(name.startswith("s2.") for name in world.wanted())
    assert world.rotate().moved
    assert key_path(world.folder, DOMAIN, "s2").read_bytes() == made
    assert world.states == {"s1": "signing", "s2": "published"}


def test_a_step_that_was_not_written_is_taken_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the rename, the former state holds, and the same command goes on."""

    def killed(*_: object) -> Path:
        raise KeyboardInterrupt

    path = store.rotation_path(world.folder, DOMAIN)
    steps = 0
    for name, act in course(world):
        before = path.read_bytes() if path.exists() else None
        with monkeypatch.context() as cut:
            cut.setattr(Path, "replace", killed)
            with pytest.raises(KeyboardInterrupt):
                act()
        assert (path.read_bytes() if path.exists() else None) == before, name
        act()
        assert path.read_bytes() != before, name
        steps += 1
    assert steps == 5
    assert world.states == {"s1": "removed", "s2": "signing"}


def _rotating(folder: str, begin: Any, told: Any) -> None:
    begin.wait()
    try:
        told.put(World(Path(folder)).rotate(Wish()).lines[0])
    except MailctlError as error:
        told.put(str(error))


def test_two_clients_at_once_make_one_key_and_lose_no_step(world: World) -> None:
    spawn = get_context("spawn")
    begin, told = spawn.Barrier(3), spawn.Queue()
    both = [
        spawn.Process(target=_rotating, args=(str(world.folder), begin, told)) for _ in range(2)
    ]
    for process in both:
        process.start()
    begin.wait(30)
    lines = sorted(told.get(timeout=60) for _ in both)
    for process in both:
        process.join(30)
    assert [line[:16] for line in lines] == ["s2 cannot sign y", "the key s2 (rsa-"]
    assert world.states == {"s1": "signing", "s2": "published"}
    assert sorted(p.name for p in (world.folder / "keys/dkim/example.org").glob("*.pem")) == [
        "s1.pem",
        "s2.pem",
    ]


def test_a_writer_waits_for_the_other(world: World) -> None:
    spawn = get_context("spawn")
    begin, told = spawn.Barrier(2), spawn.Queue()
    process = spawn.Process(target=_rotating, args=(str(world.folder), begin, told))
    with store.locked(world.folder, DOMAIN):
        process.start()
        begin.wait(30)
        process.join(1)
        assert process.is_alive()
        assert not store.rotation_path(world.folder, DOMAIN).exists()
    assert told.get(timeout=60).startswith("the key s2 ")
    process.join(30)


def test_all_files_are_found_by_one_look(world: World, path: Path) -> None:
    (world.folder / "keys/dkim/other.example").mkdir()
    assert list(store.read_all(world.folder)) == [DOMAIN]
    assert store.read_all(world.folder, ["other.example", "third.example"]) == {}
    assert store.read_all(world.folder / "nowhere") == {}
