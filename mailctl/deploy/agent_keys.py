"""The keys and certificates that ssh-agent(1) holds for us."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailctl.deploy.lean import paramiko

_PATIENCE = 60.0
"""Seconds; an agent may ask somebody to touch a token before it signs."""


@contextmanager
def agent_keys(where: str) -> Iterator[tuple[paramiko.AgentKey, ...]]:
    """What the agent at `where` holds, as IdentityAgent of ssh_config(5) says it: a path, `$NAME`
    for a variable, `none`, or empty for SSH_AUTH_SOCK. Nothing, where none answers."""
    agent = _Agent(_place(where))
    try:
        yield agent.get_keys()
    finally:
        agent.leave()


def twin(key: paramiko.AgentKey) -> paramiko.AgentKey:
    """The same key once more, to show something else with it."""
    return _bare(paramiko.AgentKey(key.agent, key.blob, key.comment))


def _bare(key: paramiko.AgentKey) -> paramiko.AgentKey:
    """paramiko would sign for a certificate as if it were the key in it, which the agent need
    not hold."""
    key.inner_key = None  # type: ignore[attr-defined]
    return key


def _place(where: str) -> str:
    if where.lower() == "none":
        return ""
    if where.startswith("$"):
        return os.environ.get(where[1:].strip("{}"), "")
    if where in ("", "SSH_AUTH_SOCK"):
        return os.environ.get("SSH_AUTH_SOCK", "")
    return str(Path(where).expanduser())


class _Agent(paramiko.agent.AgentSSH):
    """One connection to an agent; each thread has its own, for answers come in their order."""

    def __init__(self, place: str) -> None:
        super().__init__()
        if not place:
            return
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(_PATIENCE)
        try:
            line.connect(place)
            self._connect(line)  # type: ignore[attr-defined]
        except (OSError, paramiko.SSHException):
            line.close()
            self._close()  # type: ignore[attr-defined]
        for key in self.get_keys():
            _bare(key)

    def leave(self) -> None:
        """Hang up."""
        self._close()  # type: ignore[attr-defined]
