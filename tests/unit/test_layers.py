"""Layers point one way: a module may import only from the layers below its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import mailctl

PACKAGE = Path(mailctl.__file__).parent

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"errors", "files", "garbage", "resources"}),
    frozenset({"model", "sieve", "spf", "resolver"}),
    frozenset({"spec", "dns"}),
    frozenset({"bundle"}),
    frozenset({"render", "keys", "backends"}),
    frozenset({"compile", "verify"}),
    frozenset({"emit", "deploy", "pinning", "publish", "rotation"}),
    frozenset({"proofs"}),
    frozenset({"rehearsal"}),
    frozenset({"cli", "__main__"}),
)
SIDEWAYS = frozenset(
    {
        ("backends", "render"),
        ("keys", "backends"),
        ("model", "spf"),
        ("cli", "__main__"),
        ("__main__", "cli"),
    }
)
ONLY_IN_CLI = frozenset({"click", "rich"})


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _depth(room: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if room in layer)


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _modules() -> list[Path]:
    return sorted(
        path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem != "__init__"
    )


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in _imports(path):
        if name.split(".")[0] in ONLY_IN_CLI:
            assert room == "cli", f"{room} knows {name}"
        other = _room(name) if name.startswith("mailctl.") else ""
        if not other or other == room or other.startswith("__version"):
            continue
        below = _depth(other) < _depth(room) or (room, other) in SIDEWAYS
        assert below, f"{room} imports {name}, which lies above it or beside it"


def test_every_room_has_a_layer() -> None:
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in _modules()}
    assert rooms <= {room for layer in LAYERS for room in layer}
