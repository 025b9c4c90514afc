"""paramiko's ssh_config(5), with programs as conditions (Match exec) that leave us alone.

paramiko has them run by a library that reads our standard input meanwhile, and that waits for
ever.
"""

from __future__ import annotations

import subprocess
from functools import cache
from typing import Any

from mailctl.deploy.lean import paramiko
from mailctl.errors import MailctlError

_TIMEOUT = 15.0


class Config(paramiko.SSHConfig):
    """Runs a program only where the other conditions of its line hold."""

    def _does_match(
        self, match_list: list[dict[str, Any]], target_hostname: str, *more: Any
    ) -> object:
        *_, options = more
        programs = [each for each in match_list if each["type"] == "exec"]
        others = [each for each in match_list if each["type"] != "exec"]
        if others and not super()._does_match(others, target_hostname, *more):  # type: ignore[misc]
            return False
        for each in programs:
            command = self._tokenize(options, target_hostname, "match-exec", each["param"])  # type: ignore[attr-defined]
            if self._should_fail(_succeeds(command), each):  # type: ignore[attr-defined]
                return False
        return match_list


@cache
def _succeeds(command: str) -> bool:
    """Once a run: a configuration is gone through several times for each host."""
    try:
        ended = subprocess.run(
            ("/bin/sh", "-c", command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MailctlError(
            f"ssh_config's Match exec {command!r} did not end within {_TIMEOUT:g} s",
            "correct it, or name another file by --ssh-config",
        ) from None
    return ended.returncode == 0
