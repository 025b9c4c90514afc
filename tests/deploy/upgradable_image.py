"""A Debian 12 host that can become Debian 13 without a network: the packages of the next release
lie in apt's cache. Made once, beside the images of the rehearsal, which it shares its files with.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from mailctl.errors import RehearsalError
from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import mirror, recipe
from mailctl.rehearsal.images import CACHE, PAUSES
from mailctl.rehearsal.recipe import Recipe

_NEXT = PLATFORMS["debian-13"].codename


def upgradable() -> Recipe:
    """The recipe of the image, which is there when this returns."""
    stocked = recipe.stocked(PLATFORMS["debian-12"])
    wanted = replace(stocked, kind="upgradable")
    image = CACHE.folder / wanted.key
    if not image.is_dir():
        original = CACHE.path(stocked, lambda _: None)
        with tempfile.TemporaryDirectory(dir=CACHE.folder, prefix=".upgradable") as work:
            made = Path(work, "root")
            # images are never written to, so that they can share files
            subprocess.run(["cp", "-al", original, made], check=True)
            _lay_packages(made)
            made.rename(image)
    return wanted


def _lay_packages(root: Path) -> None:
    """By the apt outside, which knows this machine's proxies."""
    for folder in ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial"):
        shutil.rmtree(root / folder.removesuffix("/partial"), ignore_errors=True)
        (root / folder).mkdir(parents=True)
    shutil.rmtree(root / "etc/apt/sources.list.d", ignore_errors=True)
    sources = root / "etc/apt/sources.list"
    sources.unlink(missing_ok=True)
    known = mirror.sources(_NEXT)
    if not known:
        raise RehearsalError("this machine's apt knows no archive of Debian")
    sources.write_text(known)
    outside = (
        *("apt-get", "--yes", "--quiet", "--option=APT::Sandbox::User=root"),
        f"--option=Dir::Etc::SourceList={sources}",
        "--option=Dir::Etc::SourceParts=/dev/null",
        "--option=Dir::Etc::Preferences=/dev/null",
        "--option=Dir::Etc::PreferencesParts=/dev/null",
        f"--option=Dir::State={root}/var/lib/apt",
        f"--option=Dir::State::Status={root}/var/lib/dpkg/status",
        f"--option=Dir::Cache={root}/var/cache/apt",
        "--option=Acquire::Retries=3",
        # else it calls an index that did not come a warning
        "--option=APT::Update::Error-Mode=any",
    )
    _patiently([*outside, "update"])
    _patiently([*outside, "--no-install-recommends", "--download-only", "full-upgrade"])


def _patiently(command: list[str]) -> None:
    """As images are made: what failed to come may come later."""
    for pause in PAUSES:
        if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(pause)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
