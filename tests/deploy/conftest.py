"""Machines in folders; the agent insists on being root."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from deploy_machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine that nothing was ever applied to."""
    if os.geteuid() != 0:
        pytest.skip("the agent works as root only")
    tmp_path.chmod(0o755)
    return Machine(tmp_path / "root")
