"""paramiko without what it brings along for its own Match exec, which match_exec.py does instead:
a task runner, whose import takes nearly half of paramiko's time at each command.

All code here takes paramiko from this module.
"""

from __future__ import annotations

import sys

_TASK_RUNNER = "invoke"

if "paramiko" in sys.modules or _TASK_RUNNER in sys.modules:
    import paramiko
else:
    # paramiko expects that it may be missing; None makes its import fail
    sys.modules[_TASK_RUNNER] = None  # type: ignore[assignment]
    try:
        import paramiko
    finally:
        del sys.modules[_TASK_RUNNER]

__all__ = ["paramiko"]
