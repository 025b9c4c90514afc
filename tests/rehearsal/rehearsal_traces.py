"""What a run has left on this machine, looked for by its name in every place."""

from __future__ import annotations

from pathlib import Path

from mailctl.rehearsal.ledger import RUNS

EXPORTS = "/run/systemd/nspawn/unix-export"


def traces(run: str) -> list[str]:
    """Everything that carries the run's name: processes, mounts, namespaces, groups, folders."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return [
        *(f"mount {line.split()[1]}" for line in mounts if f"/{run}" in line),
        *(f"export {path}" for path in _within(EXPORTS) if path.name.startswith(f"{run}-")),
        *(f"namespace {path.name}" for path in _within("/run/netns") if f"-{run}-" in path.name),
        *(f"group {path}" for path in _groups() if f"-{run}-" in path.name),
        *(f"process {pid}" for pid in _processes() if run in _command(pid)),
        *([f"folder {RUNS / run}"] if (RUNS / run).exists() else []),
    ]


def _within(folder: str) -> list[Path]:
    return list(Path(folder).iterdir()) if Path(folder).is_dir() else []


def _groups() -> list[Path]:
    root = Path("/sys/fs/cgroup")
    return [path for pattern in ("mailctl-*", "*/mailctl-*") for path in root.glob(pattern)]


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
