"""Platforms as data: what a host has, known before anyone has looked at it.

`observe` reads the truth on the host; where the two differ the plan is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.places import DEBIAN, NIXOS, Places


@dataclass(frozen=True, slots=True)
class Platform:
    """One operating system release and the versions of the daemons that it ships.

    `os_id` and `os_version` are ID and VERSION_ID of os-release(5). Versions are
    (major, minor) as the daemon prints them; `openssl` is the library by which all of them speak
    TLS. `signs_by_lua`: its OpenDKIM runs scripts, which can tell a message that begins on the host
    from one that is passed on.
    """

    name: str
    os_id: str
    os_version: str
    codename: str
    postfix: tuple[int, int]
    dovecot: tuple[int, int]
    openssl: tuple[int, int]
    places: Places = DEBIAN
    signs_by_lua: bool = True

    @property
    def is_nixos(self) -> bool:
        """Whether the host is built from a module, and we write no file of a daemon."""
        return self.os_id == "nixos"

    @property
    def tries_itself_out(self) -> bool:
        """Whether an apply sends mail through the host with an account of its own."""
        return not self.is_nixos


def _nixos(
    release: str,
    codename: str,
    postfix: tuple[int, int],
    dovecot: tuple[int, int],
    openssl: tuple[int, int],
) -> Platform:
    """nixpkgs builds OpenDKIM without Lua."""
    return Platform(
        *(f"nixos-{release}", "nixos", release, codename, postfix, dovecot, openssl, NIXOS),
        signs_by_lua=False,
    )


PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (
        Platform(
            "debian-12", "debian", "12", "bookworm", postfix=(3, 7), dovecot=(2, 3), openssl=(3, 0)
        ),
        Platform(
            "debian-13", "debian", "13", "trixie", postfix=(3, 10), dovecot=(2, 4), openssl=(3, 5)
        ),
        _nixos("24.11", "vicuna", postfix=(3, 9), dovecot=(2, 3), openssl=(3, 3)),
        _nixos("25.05", "warbler", postfix=(3, 10), dovecot=(2, 3), openssl=(3, 4)),
        _nixos("25.11", "xantusia", postfix=(3, 10), dovecot=(2, 3), openssl=(3, 6)),
        _nixos("26.05", "yarara", postfix=(3, 11), dovecot=(2, 4), openssl=(3, 6)),
    )
}

DEBIAN_PLATFORMS = tuple(name for name, known in PLATFORMS.items() if not known.is_nixos)
"""The names of those whose files we write ourselves."""
