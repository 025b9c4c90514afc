"""Files under keys/ come into being once, whole, and for their owner only."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from mailctl.errors import SecretError
from mailctl.keys.keyfolder import read_or_create, read_private


def _never() -> bytes:
    raise AssertionError("an existing file was made again")


def test_a_file_is_made_once_and_read_ever_after(tmp_path: Path) -> None:
    root = tmp_path / "keys"
    assert read_or_create(root, "dkim/example.org/s1.pem", lambda: b"one") == b"one"
    assert read_or_create(root, "dkim/example.org/s1.pem", _never) == b"one"


def test_files_and_folders_are_for_their_owner_whatever_the_umask_says(tmp_path: Path) -> None:
    root = tmp_path / "keys"
    former = os.umask(0o777)
    try:
        read_or_create(root, "dkim/example.org/s1.pem", lambda: b"one")
    finally:
        os.umask(former)
    modes = {
        str(path.relative_to(tmp_path)): path.stat().st_mode & 0o7777
        for path in (root, *root.rglob("*"))
    }
    assert modes == {
        "keys": 0o700,
        "keys/.gitignore": 0o600,
        "keys/dkim": 0o700,
        "keys/dkim/example.org": 0o700,
        "keys/dkim/example.org/s1.pem": 0o600,
    }


def test_git_ignores_the_whole_folder(tmp_path: Path) -> None:
    read_or_create(tmp_path / "keys", "dkim/example.org/s1.pem", lambda: b"one")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    seen = subprocess.run(
        ["git", "-C", tmp_path, "status", "--porcelain", "--untracked-files=all"],
        check=True,
        capture_output=True,
    )
    assert seen.stdout == b""


def test_an_existing_gitignore_is_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "keys"
    root.mkdir(mode=0o700)
    (root / ".gitignore").write_text("mine\n")
    read_or_create(root, "salt", lambda: b"one")
    assert (root / ".gitignore").read_text() == "mine\n"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"one")
    path.chmod(mode)
    with pytest.raises(SecretError, match=rf"may be read by others \(mode {mode:04o}\).*chmod 600"):
        read_private(path)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(SecretError, match="not a regular file"):
        read_private(tmp_path / "pipe")
    with pytest.raises(SecretError, match="not a regular file"):
        read_private(tmp_path)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    os.truncate(path, 10_000_000)
    with pytest.raises(SecretError, match="larger than 65536 bytes"):
        read_private(path)


def test_a_link_to_nowhere_is_not_written_through(tmp_path: Path) -> None:
    root = tmp_path / "keys"
    root.mkdir(mode=0o700)
    (root / "salt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SecretError):
        read_or_create(root, "salt", lambda: b"one")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_a_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")
    with pytest.raises(SecretError, match=r"keys/salt: cannot be read: Not a directory"):
        read_or_create(tmp_path / "keys", "salt", lambda: b"one")


_AS_NOBODY = """
import os, sys
from pathlib import Path
from mailctl.errors import SecretError
from mailctl.keys.keyfolder import read_or_create
os.setuid(65534)
try:
    read_or_create(Path(sys.argv[1]) / "keys", "salt", lambda: b"one")
except SecretError as error:
    print(error)
"""


def test_a_full_disk_is_said_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SecretError) as refused:
        read_or_create(tmp_path / "keys", "salt", lambda: b"one")
    assert refused.value.hint == f"make room in {tmp_path / 'keys'}"
    assert not (tmp_path / "keys/salt").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody without permission")
@pytest.mark.parametrize("made_before", [True, False])
def test_a_read_only_folder_is_one_clear_error(tmp_path: Path, made_before: bool) -> None:
    if made_before:
        read_or_create(tmp_path / "keys", "other", lambda: b"one")
        (tmp_path / "keys").chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    ended = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "keys/salt: cannot be made: Permission denied; let " in ended.stdout, ended
    assert not (tmp_path / "keys" / "salt").exists()


def _race(root: str, number: int) -> bytes:
    return read_or_create(Path(root), "dkim/example.org/s1.pem", lambda: b"%d" % number * 1000)


def test_of_many_processes_one_wins_and_all_use_its_key(tmp_path: Path) -> None:
    root = tmp_path / "keys"
    with get_context("spawn").Pool(4) as pool:
        got = pool.starmap(_race, [(str(root), number) for number in range(16)], chunksize=1)
    assert set(got) == {(root / "dkim/example.org/s1.pem").read_bytes()}
    assert sorted(path.name for path in root.rglob("*") if path.is_file()) == [
        ".gitignore",
        "s1.pem",
    ]


def test_the_slower_of_two_takes_the_key_of_the_faster(tmp_path: Path) -> None:
    root = tmp_path / "keys"

    def somebody_is_faster() -> bytes:
        read_or_create(root, "salt", lambda: b"theirs")
        return b"ours"

    assert read_or_create(root, "salt", somebody_is_faster) == b"theirs"
    assert sorted(path.name for path in root.iterdir()) == [".gitignore", "salt"]
