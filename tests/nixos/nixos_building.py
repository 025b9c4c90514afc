"""The examples' hosts on NixOS, and what the module is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mailctl.emit.nixos import module_files
from mailctl.emit.nixos.shapes import SHAPES
from mailctl.model.host import Host
from mailctl.model.platform import PLATFORMS
from mailctl.model.system import System
from mailctl.spec.load import load

ROOT = Path(__file__).parents[2]
EXAMPLES = ("office", "pair", "talk")
RELEASES = tuple(SHAPES)


def on_nixos(system: System, release: str) -> System:
    """The system with all its hosts on one release."""
    platform = PLATFORMS[f"nixos-{release}"]
    hosts = {host.name: replace(host, platform=platform) for host in system.hosts.values()}
    return replace(system, hosts=hosts)


def example(name: str, release: str) -> System:
    return on_nixos(load(ROOT / "examples" / name / "mail.yaml"), release)


def write_module(folder: Path, system: System, host: Host, name: str = "mail") -> Path:
    """The module's file, its big tables beside it."""
    for file in module_files(system, host, name):
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    return folder / f"{name}.nix"


def all_modules(folder: Path) -> Iterator[tuple[str, str, System, Host, Path]]:
    """Every example on every release: its name, the release, system, host and the file."""
    for name in EXAMPLES:
        for release in RELEASES:
            system = example(name, release)
            for host in system.hosts.values():
                place = folder / name / release / host.name
                yield name, release, system, host, write_module(place, system, host)
