"""`mailctl build`: the same bytes on every run, nothing secret where it does not belong."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/mail.yaml"))

Tree = dict[str, tuple[int, bytes]]


@pytest.fixture(scope="module", params=NAMES)
def spec(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of an example that has no keys yet."""
    folder = tmp_path_factory.mktemp(request.param) / "spec"
    shutil.copytree(EXAMPLES / request.param, folder, ignore=shutil.ignore_patterns("keys"))
    return folder / "mail.yaml"


def _build(
    spec: str | Path, target: Path, *options: str, umask: int = 0o022, cwd: Path | None = None,
    **environment: str,
) -> None:  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "mailctl", "build", str(spec), "-o", str(target), *options],
        check=True,
        cwd=cwd,
        umask=umask,
        env={**os.environ, **environment},
    )


def _read(folder: Path) -> Tree:
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode & 0o7777,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


def test_two_processes_write_the_same_bytes_and_modes(spec: Path, tmp_path: Path) -> None:
    _build(spec, tmp_path / "a", "--with-secrets", PYTHONHASHSEED="1", LC_ALL="C.UTF-8", TZ="UTC")
    _build(
        spec.name,
        tmp_path / "b",
        "--with-secrets",
        umask=0o077,
        cwd=spec.parent,
        PYTHONHASHSEED="4711",
        LC_ALL="C",
        TZ="Asia/Tokyo",
        HOME="/nonexistent",
    )
    first = _read(tmp_path / "a")
    assert first == _read(tmp_path / "b")
    assert len(first) > 20


def test_a_moved_spec_gives_the_same_bytes(spec: Path, tmp_path: Path) -> None:
    """Paths of the machine that compiles must not reach the tree."""
    shutil.copytree(spec.parent, tmp_path / "elsewhere")
    _build(spec, tmp_path / "a")
    _build(tmp_path / "elsewhere" / "mail.yaml", tmp_path / "b")
    assert _read(tmp_path / "a") == _read(tmp_path / "b")


def test_nothing_secret_is_written_unless_asked_for(spec: Path, tmp_path: Path) -> None:
    _build(spec, tmp_path / "a")
    _build(spec, tmp_path / "b", "--with-secrets")
    without, given = _read(tmp_path / "a"), _read(tmp_path / "b")
    assert not [path for path in without if path.startswith("secrets")]
    secret = {path for path in given if path.split("/")[0] == "secrets"}
    open_ones = {path: entry for path, entry in given.items() if path not in secret}
    assert {path for path in without if path != "MANIFEST"} == open_ones.keys() - {"MANIFEST"}
    for path in open_ones.keys() - {"MANIFEST"}:
        assert without[path] == given[path]
    for content in (content for tree in (without, open_ones) for _, content in tree.values()):
        assert b"$argon2id$" not in content
        assert b"PRIVATE KEY" not in content
    for path in secret:
        assert given[path][0] == (0o700 if (tmp_path / "b" / path).is_dir() else 0o600)
    together = b"".join(given[path][1] for path in secret)
    assert b"PRIVATE KEY" in together
    assert b"{ARGON2ID}$argon2id$" in together


def test_no_clear_password_is_anywhere(spec: Path, tmp_path: Path) -> None:
    _build(spec, tmp_path / "a", "--with-secrets")
    passwords = [path.read_bytes().strip() for path in (spec.parent / "secrets").iterdir()]
    assert passwords
    for _, content in _read(tmp_path / "a").values():
        assert not [password for password in passwords if password in content]


@pytest.mark.parametrize("options", [(), ("--with-secrets",)], ids=["withheld", "with-secrets"])
def test_the_manifest_holds_every_file_and_its_digest(
    spec: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    _build(spec, tmp_path / "a", *options)
    _, *lines = (tmp_path / "a" / "MANIFEST").read_text().splitlines()
    listed = {line.split(" ", 3)[3]: line.split(" ", 3)[0] for line in lines}
    assert list(listed) == sorted(listed)
    on_disk = {
        path: hashlib.sha256(content).hexdigest()
        for path, (_, content) in _read(tmp_path / "a").items()
        if (tmp_path / "a" / path).is_file() and path != "MANIFEST"
    }
    assert {path: digest for path, digest in listed.items() if digest != "withheld"} == on_disk
    withheld = {path for path, digest in listed.items() if digest == "withheld"}
    assert bool(withheld) == (not options)
    assert all(path.startswith("secrets/") for path in withheld)


def test_zones_and_records_are_there(spec: Path, tmp_path: Path) -> None:
    _build(spec, tmp_path / "a")
    printed = subprocess.run(
        [sys.executable, "-m", "mailctl", "dns-records", str(spec), "--format", "json"],
        check=True,
        capture_output=True,
    ).stdout
    assert (tmp_path / "a" / "dns" / "records.json").read_bytes() == printed
    zones = [zone["name"] for zone in json.loads(printed)["zones"]]
    written = sorted(path.stem for path in (tmp_path / "a" / "dns").glob("*.zone"))
    assert written == sorted(zones)
