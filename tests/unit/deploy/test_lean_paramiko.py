"""What talks to hosts does not load the task runner that paramiko brings along."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import mailctl

_PACKAGE = Path(mailctl.__file__).parent

_LOAD_ALL = """\
import pkgutil, sys
import mailctl.deploy
for module in pkgutil.iter_modules(mailctl.deploy.__path__, "mailctl.deploy."):
    __import__(module.name)
print("paramiko" in sys.modules, "invoke" in sys.modules)
import invoke
"""


def test_the_task_runner_is_not_loaded_and_can_still_be() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _LOAD_ALL], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "True False\n", "")


def test_paramiko_is_taken_from_one_place() -> None:
    modules = _PACKAGE.rglob("*.py")
    assert {path.name for path in modules if "paramiko" in _imports(path)} == {"lean.py"}


def _imports(path: Path) -> Iterator[str]:
    """The packages of every import that is carried out."""
    typing_only: set[ast.AST] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            typing_only |= {below for body in node.body for below in ast.walk(body)}
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
