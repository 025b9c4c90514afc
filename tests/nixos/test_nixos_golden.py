"""Golden files: what the office example is as a module, in each shape, and a host of the pair, with
web server and resolver.

With MAILCTL_UPDATE_GOLDEN=1 the golden files are written anew; read the difference.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from nixos_building import ROOT, example

from mailctl.emit.nixos import module_files
from mailctl.model.host import Host, OutboundTls
from mailctl.model.system import System

GOLDEN = ROOT / "tests" / "golden" / "nixos"


@pytest.mark.parametrize("release", ["24.11", "25.11", "26.05"])
def test_the_office_gives_the_golden_module(release: str) -> None:
    system = example("office", release)
    _compare(GOLDEN / "office" / release, system, system.hosts["mail"])


def test_a_web_host_that_sends_by_dane_gives_the_golden_module() -> None:
    system = example("pair", "26.05")
    host = replace(system.hosts["north"], outbound_tls=OutboundTls.DANE)
    _compare(GOLDEN / "web" / "26.05", replace(system, hosts={**system.hosts, "north": host}), host)


def _compare(folder: Path, system: System, host: Host) -> None:
    files = {file.path: file.content for file in module_files(system, host)}
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
