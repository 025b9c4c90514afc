"""Reasons not to begin: what was seen on the host does not fit what is wanted there."""

from __future__ import annotations

from mailctl.bundle import Artefact
from mailctl.deploy.observation import Observation
from mailctl.deploy.plan import Plan
from mailctl.errors import HostError, Locked, NoSpace, WrongPlatform
from mailctl.model.platform import PLATFORMS

_BLOCK = 4096
_SPARE_KIB = 4096
"""For logs, links and the maps that the host builds."""


def refuse_platform(host: str, platform: str, seen: Observation) -> None:
    """Raise WrongPlatform when os-release(5) says another system than the spec."""
    known = PLATFORMS[platform]
    if (seen.os_id, seen.os_version) == (known.os_id, known.os_version):
        return
    hint = f"mailctl can make {' and '.join(sorted(PLATFORMS))}"
    for other in PLATFORMS.values():
        if (seen.os_id, seen.os_version) == (other.os_id, other.os_version):
            hint = f"write `platform: {other.name}` at this host"
    raise WrongPlatform(
        host,
        f"the spec says {platform}, but the host runs {seen.os_id or 'an unknown system'} "
        f"{seen.os_version}".rstrip(),
        hint,
    )


def need(artefacts: tuple[Artefact, ...]) -> tuple[int, int]:
    """KiB and inodes that an apply needs at its peak.

    The files lie there as the archive, the generation, the copy that is checked, and once more
    as the maps built from them.
    """
    blocks = sum(-(-max(len(artefact.content), 1) // _BLOCK) for artefact in artefacts)
    return 4 * blocks * _BLOCK // 1024 + _SPARE_KIB, 3 * len(artefacts) + 200


def refuse_to_begin(plan: Plan, seen: Observation, needed: tuple[int, int]) -> None:
    """Raise Locked or NoSpace where an apply could not even lay its files."""
    if seen.lock:
        raise Locked(
            plan.host,
            f"another apply is at work there ({seen.lock})",
            "wait until it has ended and run it again",
        )
    for path, state in sorted(seen.links.items()):
        if state == "folder":
            raise HostError(
                plan.host,
                f"{path} is a folder on the host",
                "move it away and run it again; nothing was changed",
            )
    kib, inodes = needed
    if seen.room < kib:
        raise NoSpace(
            plan.host,
            f"{seen.room} KiB are free below /var/lib/mailctl, {kib} KiB are needed",
            "make room there and run it again; nothing was changed",
        )
    if seen.inodes is not None and seen.inodes < inodes:
        raise NoSpace(
            plan.host,
            f"{seen.inodes} inodes are free below /var/lib/mailctl, {inodes} are needed",
            "remove files there and run it again; nothing was changed",
        )
