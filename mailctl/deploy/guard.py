"""Reasons not to begin: what was seen on the host does not fit what is wanted there."""

from __future__ import annotations

from mailctl.bundle import GENERATIONS, Artefact
from mailctl.deploy.generations import Way
from mailctl.deploy.lock import locked
from mailctl.deploy.observation import Observation
from mailctl.deploy.plan import Plan
from mailctl.errors import HostError, NoSpace, WrongPlatform
from mailctl.model.platform import PLATFORMS

_BLOCK = 4096
_SPARE_KIB = 4096
"""For logs, links and the maps that the host builds."""


def refuse_platform(host: str, platform: str, seen: Observation) -> None:
    """Raise WrongPlatform when os-release(5) says another system than the spec."""
    found = (seen.os_id, seen.os_version)
    if found == _release(platform):
        return
    says, then = f"the spec says {platform}, but the host runs", ""
    if seen.generation and (seen.was is None or seen.was.platform == platform):
        says = f"the host was {platform} at the last apply, and now runs"
        then = ", and `mailctl plan` says what that changes"
    hint = f"mailctl can make {' and '.join(sorted(PLATFORMS))}"
    for other in PLATFORMS:
        if found == _release(other):
            hint = f"write `platform: {other}` at this host{then}"
    system = f"{seen.os_id or 'an unknown system'} {seen.os_version}"
    raise WrongPlatform(host, f"{says} {system}".rstrip(), hint)


def refuse_other_release(host: str, way: Way) -> None:
    """Raise WrongPlatform when what is to come back belongs to a release that the host has left,
    whose daemons are gone."""
    if way.wanted is None:
        what, release = "is the host as it was found on", way.origin
    else:
        what, release = "was made for", _release(way.wanted.platform)
    if release in (way.system, ("", "")):
        return
    raise WrongPlatform(
        host,
        f"generation {way.to} {what} {_named(release)}; the host runs {_named(way.system)} now, "
        "whose daemons do not read it",
        "nothing was changed; `mailctl apply` brings what the spec says, the files of that "
        f"generation lie in {GENERATIONS}/{way.to}",
    )


def _release(platform: str) -> tuple[str, str]:
    """ID and VERSION_ID of os-release(5), as far as this mailctl knows the platform."""
    known = PLATFORMS.get(platform)
    return (known.os_id, known.os_version) if known else (platform, "")


def _named(release: tuple[str, str]) -> str:
    return " ".join(release).strip()


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
        raise locked(plan.host, seen.lock, seen.now)
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
