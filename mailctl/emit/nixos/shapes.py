"""How nixpkgs names things, release by release: data, as the modules of that release declare them.

24.11 and 25.05 have `services.postfix.config`; 25.11 renamed it and gave OpenDKIM settings; 26.05
has Dovecot's settings as a set and its unit under another name.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.errors import MailctlError
from mailctl.model.platform import PLATFORMS, Platform


@dataclass(frozen=True, slots=True)
class Shape:
    """`main` and `master` are the options of main.cf and master.cf below services.postfix;
    `numbers`: main.cf's values may be numbers. `trusted` is the option of services.postfix that
    decides smtp_tls_CAfile, if there is one; `modules` is where Dovecot finds Pigeonhole.
    `opendkim_settings`: opendkim.conf is a set of options and no file. `dovecot_settings`:
    dovecot.conf is one; `dovecot_unit` is its unit, without .service."""

    release: str
    main: str
    master: str
    numbers: bool = True
    trusted: str = ""
    modules: str = "environment.systemPackages"
    opendkim_settings: bool = False
    dovecot_settings: bool = False
    dovecot_unit: str = "dovecot2"


_TRUSTED = "tlsTrustedAuthorities"
_OLD = ("config", "masterConfig")
_SETTINGS = ("settings.main", "settings.master")

SHAPES: dict[str, Shape] = {
    shape.release: shape
    for shape in (
        Shape("24.11", *_OLD, numbers=False, trusted=_TRUSTED, modules="services.dovecot2.modules"),
        Shape("25.05", *_OLD, numbers=False, trusted=_TRUSTED),
        Shape("25.11", *_SETTINGS, opendkim_settings=True),
        Shape(
            "26.05",
            *_SETTINGS,
            opendkim_settings=True,
            dovecot_settings=True,
            dovecot_unit="dovecot",
        ),
    )
}


def platform_of(release: str) -> Platform:
    """The platform of a release, as 25.11. Raises MailctlError for one that is not known here."""
    known = PLATFORMS.get(f"nixos-{release.removeprefix('nixos-')}")
    if known is None or not known.is_nixos:
        raise MailctlError(
            f"NixOS {release!r:.40} is not known here", f"say one of {', '.join(SHAPES)}"
        )
    return known


def shape_of(platform: Platform) -> Shape:
    """The shape of a NixOS release that is known."""
    return SHAPES[platform.os_version]
