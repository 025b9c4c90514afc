"""The agent's processes on a throwaway host, as this machine sees them, and how they are killed."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mailctl.rehearsal.host import ThrowawayHost


@dataclass(frozen=True, slots=True)
class Process:
    """A process of a host, by our process ids."""

    pid: int
    parent: int
    argv: tuple[bytes, ...]

    @property
    def is_agent(self) -> bool:
        """The shell that reads the agent, or a subshell of it."""
        return self.argv[:2] == (b"sh", b"-c") and b"mailctl" in self.argv[3:4]

    @property
    def is_session(self) -> bool:
        """sshd's process for one connection; OpenSSH 10 calls it sshd-session."""
        return bool(self.argv) and self.argv[0].startswith((b"sshd: root", b"sshd-session: root"))


def processes(host: ThrowawayHost) -> dict[int, Process]:
    """All that run on the host now."""
    pids = _within(host.control_group)
    return {pid: process for pid in pids if (process := _process(pid)) is not None}


def _within(group: Path) -> set[int]:
    """The processes of a control group and of those below it, which come and go."""
    found: set[int] = set()
    for folder, _, _ in os.walk(group):
        with contextlib.suppress(OSError):
            found |= set(map(int, (Path(folder) / "cgroup.procs").read_text().split()))
    return found


def agents(host: ThrowawayHost) -> list[Process]:
    """The agents' shells, each the topmost of its kind and a child of sshd's."""
    alive = processes(host)
    return [
        process
        for process in alive.values()
        if process.is_agent
        and not (process.parent in alive and alive[process.parent].is_agent)
        and any(above.is_session for above in _ancestors(process, alive))
    ]


def kill_shell(host: ThrowawayHost) -> bool:
    """Only the agent's own shell; its children live on. Whether there was one."""
    return _kill(process.pid for process in agents(host))


def kill_tree(host: ThrowawayHost) -> bool:
    """The shell and everything that it has started, at one moment. Whether there was one."""
    stopped: set[int] = set()
    while fresh := _family(host) - stopped:
        for pid in fresh:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        stopped |= fresh
    return _kill(stopped)


def kill_session(host: ThrowawayHost) -> bool:
    """sshd's process, as when somebody restarts it the hard way. Whether an agent was there."""
    alive = processes(host)
    found = [
        above.pid
        for agent in agents(host)
        for above in _ancestors(agent, alive)
        if above.is_session
    ]
    return _kill(found)


def kill_unit(host: ThrowawayHost, unit: str) -> bool:
    """All processes of a unit of systemd. Whether there were any."""
    groups = (Path(path) for path, _, _ in os.walk(host.control_group))
    return _kill({pid for group in groups if group.name == unit for pid in _within(group)})


def _kill(pids: Iterable[int]) -> bool:
    killed = False
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed = True
    return killed


def _family(host: ThrowawayHost) -> set[int]:
    """The agents and all who descend from them."""
    alive = processes(host)
    heads = {agent.pid for agent in agents(host)}
    return {
        process.pid
        for process in alive.values()
        if process.pid in heads or any(above.pid in heads for above in _ancestors(process, alive))
    }


def _ancestors(process: Process, alive: dict[int, Process]) -> list[Process]:
    line = []
    while (above := alive.get(process.parent)) is not None and above not in line:
        line.append(above)
        process = above
    return line


def _process(pid: int) -> Process | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        argv = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # a zombie holds nothing and does nothing
    return None if fields[0] == "Z" else Process(pid, int(fields[1]), tuple(argv))
