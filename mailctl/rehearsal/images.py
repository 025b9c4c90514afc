"""Root file systems by mmdebstrap(1), made once and kept, each under the key of its recipe.

An image appears by a rename when it is whole; a lock keeps two builders of one image apart.
Images are never written to: hosts lie over them as overlays.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mailctl.errors import RehearsalError
from mailctl.rehearsal import mirror
from mailctl.rehearsal.recipe import Recipe

DEFAULT_FOLDER = Path("/var/cache/mailctl/images")

Progress = Callable[[str], None]
"""Takes one line for a person who waits."""

_SHORTENING = """\
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/doc/*
"""
"""dpkg.cfg(5): what no rehearsal reads is not unpacked."""

PAUSES = (10, 30)
"""Seconds before a build begins again whose downloads failed: a mirror that is being updated
serves an index and its signature from different moments for a while."""


@dataclass(frozen=True, slots=True)
class Images:
    """The cache of images in `folder`."""

    folder: Path = DEFAULT_FOLDER

    def missing(self, recipes: Iterable[Recipe]) -> tuple[Recipe, ...]:
        """Those that would have to be made."""
        return tuple(recipe for recipe in recipes if not (self.folder / recipe.key).is_dir())

    def path(self, recipe: Recipe, progress: Progress) -> Path:
        """The image's folder, made now if it is not there yet (half a minute to some minutes)."""
        image = self.folder / recipe.key
        if image.is_dir():
            return image
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        with self._locked(recipe, progress):
            if not image.is_dir():
                progress(f"making the image {recipe.key} (once; it is kept in {self.folder})")
                self._make(recipe, image, progress)
        return image

    @contextlib.contextmanager
    def _locked(self, recipe: Recipe, progress: Progress) -> Iterator[None]:
        with (self.folder / f".{recipe.key}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                progress(f"waiting for another rehearsal that makes {recipe.key}")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self, recipe: Recipe, image: Path, progress: Progress) -> None:
        partial = self.folder / f".{recipe.key}.partial"
        argv = _mmdebstrap(recipe, partial)
        for pause in (*PAUSES, None):
            _remove(partial)
            try:
                _build(argv, mirror.sources(recipe.suite))
                partial.rename(image)
            except _DownloadFailed as failed:
                if pause is None:
                    raise
                progress(f"{failed.message}; once more in {pause} s")
                time.sleep(pause)
            else:
                return
            finally:
                _remove(partial)


CACHE = Images()
"""Where images are kept unless a user says otherwise."""


def _mmdebstrap(recipe: Recipe, target: Path) -> list[str]:
    argv = [
        "mmdebstrap",
        "--variant=minbase",
        "--mode=root",
        "--format=directory",
        '--aptopt=Acquire::Retries "3"',
        f"--include={','.join(recipe.packages)}",
        *(f"--dpkgopt={line}" for line in _SHORTENING.splitlines()),
        # no two hosts share a key: each gets its own before it boots
        '--customize-hook=rm -f "$1"/etc/ssh/ssh_host_*',
    ]
    if recipe.disabled:
        argv += [f'--customize-hook=chroot "$1" systemctl disable {" ".join(recipe.disabled)}']
    if recipe.downloads:
        argv += [
            "--skip=cleanup/apt/lists,cleanup/apt/cache",
            # by the apt outside, which knows this machine's proxies
            # the base packages are there already
            '--customize-hook=rm -f "$1"/var/cache/apt/archives/*.deb',
            (
                '--customize-hook=APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get --yes '
                f"--download-only install {' '.join(recipe.downloads)}"
            ),
        ]
    # "-": the sources come by standard input
    sources = ["-"] if mirror.sources(recipe.suite) else []
    return [*argv, recipe.suite, str(target), *sources]


def _build(argv: list[str], sources: str) -> None:
    """Run mmdebstrap in a session of its own, and end all of it when we are interrupted."""
    builder = subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    try:
        said = builder.communicate(sources.encode())[1].decode(errors="replace")
    except BaseException:
        os.killpg(builder.pid, signal.SIGTERM)
        builder.wait()
        raise
    if builder.returncode != 0:
        faults = [line for line in said.splitlines() if line.startswith(("E:", "W:", "Err"))]
        fault = _DownloadFailed if _is_download(said) else RehearsalError
        raise fault(
            f"mmdebstrap could not make the image: {' '.join(faults[-3:]) or said[-300:]}",
            "the first rehearsal needs Debian's mirror; later ones need no network",
        )


class _DownloadFailed(RehearsalError):
    """What the mirror has did not come, or did not come whole."""


def _is_download(said: str) -> bool:
    return "failed to download" in said or "Failed to fetch" in said


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
