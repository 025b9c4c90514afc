"""Platforms as data: what a host has, known before anyone has looked at it.

`observe` reads the truth on the host; where the two differ the plan is refused.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Platform:
    """One operating system release and the versions of the daemons that it ships.

    `os_id` and `os_version` are ID and VERSION_ID of os-release(5). Versions are
    (major, minor) as the daemon prints them.
    """

    name: str
    os_id: str
    os_version: str
    codename: str
    postfix: tuple[int, int]
    dovecot: tuple[int, int]


PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (
        Platform("debian-12", "debian", "12", "bookworm", postfix=(3, 7), dovecot=(2, 3)),
        Platform("debian-13", "debian", "13", "trixie", postfix=(3, 10), dovecot=(2, 4)),
    )
}
