"""Ctrl-C in the middle of an apply ends in a known state, and says which."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from faulty_host import Keyboard

from mailctl.rehearsal.host import ThrowawayHost

pytestmark = pytest.mark.hosts


def test_ctrl_c_before_the_switch(keyboard: Keyboard, host: ThrowawayHost) -> None:
    with keyboard.net.inside():
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "mailctl", "apply", "--no-dns-check"),
                *("--ssh-key", str(keyboard.key), "--known-hosts", str(keyboard.known_hosts)),
            ],
            cwd=keyboard.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "HOME": str(keyboard.folder)},
        )
    end = time.monotonic() + 60
    while not list((host.root / "var/lib/mailctl/generations").glob("*.partial")):
        assert time.monotonic() < end, "the apply did not begin"
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert err.decode().splitlines()[-1] == (
        "mail: stopped before the switch; nothing was switched"
    )
    assert err.decode().startswith("stopping: ")
    kept = keyboard.run("generations", "mail")
    assert kept.out == "*   0  the host as it was found\n"
    assert not list((host.root / "var/lib/mailctl/generations").glob("*.partial"))
    assert not (host.root / "etc/postfix/main.cf").is_symlink()
