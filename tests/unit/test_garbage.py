"""A command that ends is not searched for garbage."""

from __future__ import annotations

import subprocess
import sys


def test_all_is_set_aside_when_the_interpreter_ends() -> None:
    script = (
        "import atexit, gc\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 1000))\n"
        "from mailctl.garbage import collect_seldom\n"
        "collect_seldom()\n"
        "collect_seldom()\n"
        "print(gc.get_freeze_count(), gc.get_threshold()[0])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "0 200000\nTrue\n"
