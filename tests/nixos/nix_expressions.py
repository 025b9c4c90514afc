"""Asks Nix itself, without a store of its own and without network."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

_NEEDS_NOTHING = ("--option", "build-users-group", "", "--option", "substituters", "")


def nix_instantiate(*arguments: str, text: str | None = None) -> str:
    """What nix-instantiate prints; raises CalledProcessError, with its complaint in `stderr`."""
    with tempfile.TemporaryDirectory() as folder:
        places = {
            "NIX_STORE_DIR": "/nix/store",
            "NIX_STATE_DIR": f"{folder}/state",
            "NIX_LOG_DIR": f"{folder}/log",
            "NIX_CONF_DIR": f"{folder}/conf",
            "NIX_REMOTE": f"{folder}/root",
            "HOME": folder,
            "PATH": "/usr/bin:/bin",
        }
        done = subprocess.run(
            ["nix-instantiate", *_NEEDS_NOTHING, *arguments],
            input=text,
            env=places,
            capture_output=True,
            text=True,
            check=True,
        )
    return done.stdout


def evaluated(expression: str) -> Any:
    """The value of an expression, all of it."""
    return json.loads(nix_instantiate("--eval", "--strict", "--json", "-", text=expression))


def parse(file: Path) -> None:
    """Raises CalledProcessError unless Nix can read the file."""
    nix_instantiate("--parse", str(file))
