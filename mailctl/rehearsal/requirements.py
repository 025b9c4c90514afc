"""What a machine needs to rehearse, and what this one lacks, all of it in one error."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from mailctl.errors import RehearsalError

_PROGRAMS = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "mount": "mount",
}
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_CGROUP_MOUNTS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified"))


def require(images_missing: bool) -> None:
    """Raise RehearsalError unless throwaway hosts can boot here.

    Without `images_missing` nothing has to be built, so that nothing is asked of mmdebstrap.
    """
    if platform.system() != "Linux":
        raise RehearsalError(
            f"a rehearsal boots Linux hosts, and this is {platform.system()}",
            "rehearse on a Debian 12 or 13 machine",
        )
    packages = _missing_packages(images_missing)
    lacking = [*_missing_rights(), *(f"the package {name}" for name in packages)]
    if lacking:
        advice = [f"run `apt-get install {' '.join(packages)}`"] if packages else []
        advice += ["run it with sudo"] if os.geteuid() != 0 else []
        raise RehearsalError(
            f"this machine cannot rehearse, it lacks: {', '.join(lacking)}", " and ".join(advice)
        )


def cgroup_root() -> Path:
    """Where the unified cgroup hierarchy is mounted, in the pure and in the hybrid layout."""
    for folder in _CGROUP_MOUNTS:
        if (folder / "cgroup.controllers").is_file():
            return folder
    raise RehearsalError(
        "no unified cgroup hierarchy is mounted here",
        "mount one: `mount -t cgroup2 none /sys/fs/cgroup`",
    )


def _missing_packages(images_missing: bool) -> list[str]:
    wanted = {
        package
        for program, package in _PROGRAMS.items()
        if shutil.which(program) is None and (images_missing or program != "mmdebstrap")
    }
    if images_missing and not _KEYRING.is_file():
        wanted.add("debian-archive-keyring")
    return sorted(wanted)


def _missing_rights() -> list[str]:
    """Root, the overlay file system, and a cgroup tree that we may write to."""
    lacking = []
    if os.geteuid() != 0:
        lacking.append("root rights")
    elif not any(os.access(folder / "cgroup.procs", os.W_OK) for folder in _CGROUP_MOUNTS):
        lacking.append("a unified cgroup hierarchy that may be written to")
    if "overlay" not in Path("/proc/filesystems").read_text() and not _module_exists("overlay"):
        lacking.append("the overlay file system of the kernel")
    return lacking


def _module_exists(name: str) -> bool:
    folder = Path("/lib/modules") / platform.release()
    index = folder / "modules.dep"
    return index.is_file() and f"/{name}.ko" in index.read_text(errors="replace")
