"""Where Debian's packages come from: the mirror that this machine's apt uses itself.

mmdebstrap(1) has a default of its own, which stands when this machine's apt knows no Debian
archive; where an administrator has set another mirror, because the default cannot be reached,
the images come from there too.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_FORMAT = "$(ORIGIN)|$(LABEL)|$(REPO_URI)"
_SUITES = {"Debian": ("{suite}", "{suite}-updates"), "Debian-Security": ("{suite}-security",)}


def sources(suite: str) -> str:
    """Lines of sources.list(5) for the suite; empty when mmdebstrap's default shall stand."""
    return "".join(
        f"deb [signed-by={_KEYRING}] {uri} {name.format(suite=suite)} main\n"
        for label, uri in sorted(_archives().items())
        for name in _SUITES[label]
    )


def _archives() -> dict[str, str]:
    """The addresses of the archive and of its security updates, by their labels."""
    if shutil.which("apt-get") is None:
        return {}
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", _FORMAT, "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found: dict[str, str] = {}
    for line in listed.splitlines():
        origin, label, uri = line.split("|", 2)
        if origin == "Debian" and label in _SUITES:
            found.setdefault(label, uri)
    return found if "Debian" in found else {}
