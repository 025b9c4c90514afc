"""What a rehearsal has made on this machine, written down before it is made.

Whatever happens then, everything can be undone by what stands here: at the end, after Ctrl-C,
by `mailctl rehearse --remove`, or by the next rehearsal when this one was killed. Things are
known by names that no other run has; nothing is ever looked for.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mailctl.errors import RehearsalError
from mailctl.rehearsal import program

RUNS = Path("/run/mailctl-rehearsal")
"""One folder a run, each with a tmpfs of its own; a host's writes go to memory, not to disk."""

_LOCK = RUNS.with_suffix(".lock")
_KEPT = "kept"
_OWNER = "owner"
_ENTRIES = "ledger"
_PATIENCE = 10.0
"""Seconds that killed processes have to be gone."""


@dataclass(slots=True)
class Ledger:
    """The entries of one run, in the order in which they were made."""

    run: str
    entries: list[tuple[str, str]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The run's own folder, in memory, readable by root alone."""
        return RUNS / self.run

    @classmethod
    def new(cls) -> Ledger:
        """A run under a name that no other has; nothing is made yet."""
        return cls(run=secrets.token_hex(3))

    def open(self) -> None:
        """Begin the run: its folder, in memory."""
        self.folder.mkdir(parents=True, mode=0o700)
        RUNS.chmod(0o700)
        program.run("mount", "-t", "tmpfs", "-o", "mode=0700", "mailctl", str(self.folder))
        (self.folder / _OWNER).write_text(_birth(os.getpid()))

    @classmethod
    def of(cls, run: str) -> Ledger:
        """A run that was begun before; raises RehearsalError when there is none."""
        folder = RUNS / run
        if not run.isalnum() or not folder.is_dir():
            known = ", ".join(runs()) or "none"
            raise RehearsalError(f"there is no rehearsal {run!r}", f"those that are up: {known}")
        written = folder / _ENTRIES
        lines = written.read_text().splitlines() if written.is_file() else []
        entries = [(kind, name) for kind, _, name in (line.partition(" ") for line in lines)]
        return cls(run=run, entries=entries)

    def note(self, kind: str, name: str) -> None:
        """Write down what is about to be made: a `mount`, a `namespace`, a `cgroup`, or an
        `export` of systemd-nspawn."""
        self.entries.append((kind, name))
        with (self.folder / _ENTRIES).open("a") as written:
            written.write(f"{kind} {name}\n")

    def keep(self) -> None:
        """Let the run stand when its process has ended."""
        (self.folder / _KEPT).touch()

    def undo(self) -> None:
        """Remove everything, the last first. What is gone already is no error.

        What cannot be removed keeps nothing else from being removed; raises RehearsalError then.
        """
        left: list[str] = []
        for kind, name in reversed(self.entries):
            try:
                _UNDO[kind](name)
            except (OSError, RehearsalError) as error:
                left.append(f"the {kind} {name} ({error})")
        if left:
            raise RehearsalError(f"could not remove {', '.join(left)}", "remove it by hand")
        self.entries.clear()
        _unmount(str(self.folder))
        with contextlib.suppress(FileNotFoundError):
            self.folder.rmdir()


def runs() -> Iterator[str]:
    """The names of all runs on this machine."""
    return (folder.name for folder in sorted(RUNS.glob("*"))) if RUNS.is_dir() else iter(())


def remove_abandoned() -> None:
    """Undo the runs whose process was killed before it could; one process at a time does so."""
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for run in list(runs()):
            owner = RUNS / run / _OWNER
            kept = (RUNS / run / _KEPT).exists()
            with contextlib.suppress(FileNotFoundError):
                if not kept and not _alive(owner.read_text()):
                    Ledger.of(run).undo()


def _birth(process: int) -> str:
    """A process' id with the moment it was born, so that a reused id is not taken for it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return f"{process} {fields[19]}"


def _alive(birth: str) -> bool:
    try:
        return _birth(int(birth.split()[0])) == birth
    except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        return False


def end_control_group(group: Path) -> None:
    """Kill everything that runs in a control group, and remove the group (cgroup v2)."""
    if not group.is_dir():
        return
    end = time.monotonic() + _PATIENCE
    while group.is_dir():
        # again and again: a process that was just started may join the group only now
        (group / "cgroup.kill").write_text("1")
        try:
            _remove_groups(group)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
    # in the hybrid layout systemd-nspawn repeats the group in the old hierarchy
    _remove_groups(group.parent.parent / "systemd" / group.name)


def _remove_groups(group: Path) -> None:
    """Remove a control group and those within, which have no processes any more."""
    if group.is_dir():
        for folder in sorted(group.rglob("*/"), key=lambda below: -len(below.parts)):
            folder.rmdir()
        group.rmdir()


def _end_control_group_at(path: str) -> None:
    end_control_group(Path(path))


def _is_mounted(path: str) -> bool:
    """Asked of the kernel's list: a folder mounted from its own file system looks like any other
    to os.path.ismount (proc_pid_mountinfo(5); its paths have no blanks here)."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return any(line.split(maxsplit=5)[4] == path for line in lines)


def _unmount(path: str) -> None:
    if not _is_mounted(path):
        return
    # a process that was just killed may hold it for a moment longer
    for _ in range(100):
        if subprocess.run(["umount", path], capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.05)
    program.run("umount", "--lazy", path)


def remove_export(folder: Path) -> None:
    """Remove what systemd-nspawn mounted for a machine; it does so itself unless it is killed."""
    while _is_mounted(str(folder)):
        _unmount(str(folder))
    with contextlib.suppress(FileNotFoundError):
        folder.rmdir()


def _remove_export_at(path: str) -> None:
    remove_export(Path(path))


def _end_namespace(name: str) -> None:
    if (Path("/run/netns") / name).exists():
        program.run("ip", "netns", "delete", name)


_UNDO = {
    "mount": _unmount,
    "namespace": _end_namespace,
    "cgroup": _end_control_group_at,
    "export": _remove_export_at,
}
