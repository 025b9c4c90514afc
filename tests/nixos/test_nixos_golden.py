"""Golden files: what the office example is as a module, in each shape.

With MAILCTL_UPDATE_GOLDEN=1 the golden files are written anew; read the difference.
"""

from __future__ import annotations

import os

import pytest
from nixos_building import ROOT, example

from mailctl.emit.nixos import module_files

GOLDEN = ROOT / "tests" / "golden" / "nixos" / "office"


@pytest.mark.parametrize("release", ["24.11", "25.11", "26.05"])
def test_the_office_gives_the_golden_module(release: str) -> None:
    system = example("office", release)
    files = {file.path: file.content for file in module_files(system, system.hosts["mail"])}
    folder = GOLDEN / release
    if os.environ.get("MAILCTL_UPDATE_GOLDEN"):
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    golden = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert sorted(files) == sorted(golden)
    for path, content in files.items():
        assert content.decode() == golden[path].decode(), f"{folder / path} differs"
