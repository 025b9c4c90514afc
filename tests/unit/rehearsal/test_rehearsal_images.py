"""Making an image: what a mirror that is being updated may do to us."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailctl.errors import RehearsalError
from mailctl.rehearsal import images, recipe

_INDEX = "E: Some index files failed to download. They have been ignored."
_PACKAGE = "E: Unable to locate package dovecot-nonsense"


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a mmdebstrap that fails as often as there are lines in `faults`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "mmdebstrap"
    program.write_text(
        f"""#!/bin/sh
for target; do case $target in *.partial) break;; esac; done
mkdir "$target" || exit 9
echo x >>{folder}/attempts
fault=$(sed -n 1p {folder}/faults)
sed -i 1d {folder}/faults
[ -z "$fault" ] || {{ echo "$fault" >&2; exit 25; }}
"""
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(images, "PAUSES", (0, 0))
    return folder


def _make(tmp_path: Path, builder: Path, *faults: str) -> tuple[int, list[str]]:
    (builder / "faults").write_text("".join(f"{fault}\n" for fault in faults))
    told: list[str] = []
    try:
        path = images.Images(tmp_path / "images").path(recipe.world(), told.append)
        assert path.is_dir()
    finally:
        assert not list((tmp_path / "images").glob(".*.partial"))
    return len((builder / "attempts").read_text().splitlines()), told


def test_a_failed_download_is_tried_again(tmp_path: Path, builder: Path) -> None:
    attempts, told = _make(tmp_path, builder, _INDEX, "E: Failed to fetch http://mirror.example/x")
    assert attempts == 3
    assert [line for line in told if "once more in" in line] == told[1:]
    assert "failed to download" in told[1]


def test_what_fails_three_times_is_an_error(tmp_path: Path, builder: Path) -> None:
    with pytest.raises(RehearsalError, match=r"failed to download.*needs Debian's mirror"):
        _make(tmp_path, builder, _INDEX, _INDEX, _INDEX)


def test_another_fault_is_told_at_once(tmp_path: Path, builder: Path) -> None:
    with pytest.raises(RehearsalError, match="dovecot-nonsense"):
        _make(tmp_path, builder, _PACKAGE)
    assert len((builder / "attempts").read_text().splitlines()) == 1
