"""A tree takes its place whole, and only where nothing of somebody else's is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailctl import files as files_module
from mailctl.emit.exchange import exchange
from mailctl.emit.folder import replace_folder
from mailctl.emit.manifest import NAME, listed_paths, manifest_text
from mailctl.emit.tree import TreeFile
from mailctl.errors import MailctlError

OLD = (TreeFile("hosts/mail/a", b"old"), TreeFile("hosts/mail/gone", b"gone"))
NEW = (
    TreeFile("hosts/mail/a", b"new"),
    TreeFile("hosts/mail/run", b"#!/bin/sh\n", mode=0o755),
    TreeFile("secrets/hosts/mail/key", b"key", mode=0o640, owner="root", group="dovecot"),
    TreeFile("secrets/hosts/mail/other", b"", mode=0o600, withheld=True),
)


def _content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _written(files: tuple[TreeFile, ...]) -> dict[str, bytes]:
    present = {file.path: file.content for file in files if not file.withheld}
    return {**present, NAME: manifest_text(files).encode()}


def _nothing_is_left_beside(target: Path) -> bool:
    return [path.name for path in target.parent.iterdir()] == [target.name]


@pytest.mark.parametrize("before", ["nothing", "empty", "former"])
def test_it_takes_its_place(tmp_path: Path, before: str) -> None:
    target = tmp_path / "out"
    if before == "empty":
        target.mkdir()
    if before == "former":
        replace_folder(target, OLD)
    replace_folder(target, NEW)
    assert _content(target) == _written(NEW)
    assert _nothing_is_left_beside(target)


def test_missing_folders_above_are_made(tmp_path: Path) -> None:
    replace_folder(tmp_path / "a" / "b" / "out", NEW)
    assert _content(tmp_path / "a" / "b" / "out") == _written(NEW)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    former = os.umask(umask)
    try:
        replace_folder(tmp_path / "out", NEW)
    finally:
        os.umask(former)
    modes = {
        str(path.relative_to(tmp_path)): path.stat().st_mode & 0o7777
        for path in (tmp_path / "out").rglob("*")
    }
    assert modes == {
        "out/MANIFEST": 0o644,
        "out/hosts": 0o755,
        "out/hosts/mail": 0o755,
        "out/hosts/mail/a": 0o644,
        "out/hosts/mail/run": 0o755,
        "out/secrets": 0o700,
        "out/secrets/hosts": 0o700,
        "out/secrets/hosts/mail": 0o700,
        "out/secrets/hosts/mail/key": 0o600,
    }
    assert (tmp_path / "out").stat().st_mode & 0o7777 == 0o755


def test_the_manifest_tells_the_modes_and_owners_of_the_host() -> None:
    lines = manifest_text(NEW).splitlines()
    assert [line.split(" ", 1)[1] for line in lines[1:]] == [
        "0644 root:root hosts/mail/a",
        "0755 root:root hosts/mail/run",
        "0640 root:dovecot secrets/hosts/mail/key",
        "0600 root:root secrets/hosts/mail/other",
    ]
    assert lines[4].startswith("withheld ")
    assert listed_paths("\n".join(lines) + "\n") == frozenset(file.path for file in NEW)


@pytest.mark.parametrize(
    ("stranger", "complaint"),
    [
        ("notes.txt", "holds notes.txt, which mailctl build did not write"),
        ("hosts/mail/mine", "holds hosts/mail/mine, which"),
        ("hosts/empty/", "holds hosts/empty, which"),
        ("hosts/link@", "holds hosts/link, which"),
    ],
)
def test_what_somebody_else_put_into_a_former_tree_is_not_lost(
    tmp_path: Path, stranger: str, complaint: str
) -> None:
    target = tmp_path / "out"
    replace_folder(target, OLD)
    place = target / stranger.rstrip("/@")
    if stranger.endswith("/"):
        place.mkdir()
    elif stranger.endswith("@"):
        place.symlink_to(tmp_path)
    else:
        place.write_text("mine")
    with pytest.raises(MailctlError, match=complaint):
        replace_folder(target, NEW)
    assert place.exists()
    assert (target / "hosts/mail/a").read_bytes() == b"old"
    assert _nothing_is_left_beside(target)


@pytest.mark.parametrize("manifest", [None, "", "my own\n", "# mailctl tree 1: digest\nx\n"])
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, manifest: str | None) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    if manifest is not None:
        (target / NAME).write_text(manifest)
    with pytest.raises(MailctlError, match="holds files that are not from mailctl build"):
        replace_folder(target, NEW)
    assert (target / "thesis.txt").read_text() == "years of work"


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(MailctlError, match="is there already, and is no folder"):
        replace_folder(tmp_path / "out", NEW)


def test_a_link_to_a_former_tree_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    replace_folder(tmp_path / "real" / "out", OLD)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "out")
    replace_folder(tmp_path / "link", NEW)
    assert (tmp_path / "link").is_symlink()
    assert _content(tmp_path / "real" / "out") == _written(NEW)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("after", [0, 2])
def test_an_interruption_leaves_the_former_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, after: int
) -> None:
    target = tmp_path / "out"
    replace_folder(target, OLD)
    real, calls = files_module.write_new, []

    def broken(path: Path, content: bytes, mode: int) -> None:
        calls.append(path)
        if len(calls) > after:
            raise error
        real(path, content, mode)

    monkeypatch.setattr("mailctl.emit.folder.write_new", broken)
    with pytest.raises((KeyboardInterrupt, MailctlError)):
        replace_folder(target, NEW)
    assert _content(target) == _written(OLD)
    assert _nothing_is_left_beside(target)


def test_exchange_falls_back_to_two_renames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    monkeypatch.setattr("mailctl.emit.exchange.ctypes.CDLL", lambda *_, **__: object())
    exchange(tmp_path / "first", tmp_path / "second")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == [
        "first",
        "first/second",
        "second",
        "second/first",
    ]
