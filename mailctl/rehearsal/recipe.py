"""What goes into a root file system: the suite, the packages, and the downloads laid by.

A recipe is data, and its key names the image in the cache: whoever changes a recipe gets
another image and never a stale one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from mailctl.model.platform import Platform

_VERSION = 3
"""To be raised when what `images` does with a recipe changes."""

BASE = (
    "ca-certificates",
    "dbus",
    "iproute2",
    "libnss-myhostname",
    "openssh-server",
    "procps",
    "sudo",
    "systemd",
    "systemd-sysv",
)
"""What a rented Debian host has before anyone has logged in."""

MAIL = (
    "certbot",
    "dns-root-data",
    "dovecot-core",
    "dovecot-imapd",
    "dovecot-lmtpd",
    "dovecot-managesieved",
    "dovecot-pop3d",
    "dovecot-sieve",
    "nginx-light",
    "opendkim",
    "opendkim-tools",
    "openssl",
    "postfix",
    "postfix-lmdb",
    "postfix-mta-sts-resolver",
    "postfix-pcre",
    "python3-certbot-dns-rfc2136",
    "ssl-cert",
    "unbound",
)
"""Everything that backends ask for, whatever a spec switches on: one image serves all specs."""

MAIL_UNITS = (
    "dovecot.service",
    "nginx.service",
    "opendkim.service",
    "postfix-mta-sts-resolver.service",
    "postfix.service",
    "unbound.service",
)
"""What Debian starts when it has installed MAIL, with a configuration that nobody wants."""

WORLD_SUITE = "trixie"
WORLD = (
    "bind9",
    "nginx-light",
    "opendkim",
    "opendmarc",
    "pebble",
    "postfix",
    "postfix-mta-sts-resolver",
    "publicsuffix",
    "ssl-cert",
    "unbound",
)
"""The foreign mail host, its DNS server and its certification authority; always the same release,
whatever the spec says."""

WORLD_UNITS = ("nginx.service", "postfix-mta-sts-resolver.service", "unbound.service")
"""What of it runs only where it is wanted."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """`packages` are installed, and `disabled` are units of them that do not start;
    `downloads` wait in apt's cache, with the package lists, so that `apt-get install` works
    without a network."""

    kind: str
    suite: str
    packages: tuple[str, ...]
    downloads: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The image's name in the cache, as `stocked-trixie-0123456789ab`."""
        text = json.dumps([_VERSION, asdict(self)], sort_keys=True)
        return f"{self.kind}-{self.suite}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def stocked(platform: Platform, packages: Iterable[str] = ()) -> Recipe:
    """A host on which every mail package is installed already; `packages` are further ones."""
    wanted = _sorted(BASE, MAIL, packages)
    return Recipe("stocked", platform.codename, wanted, disabled=MAIL_UNITS)


def bare(platform: Platform, packages: Iterable[str] = ()) -> Recipe:
    """A host as it comes from the provider, with the mail packages within apt's reach."""
    wanted = tuple(package for package in _sorted(MAIL, packages) if package not in BASE)
    return Recipe("bare", platform.codename, _sorted(BASE), downloads=wanted)


def world() -> Recipe:
    """The host that plays everybody else."""
    return Recipe("world", WORLD_SUITE, _sorted(BASE, WORLD), disabled=WORLD_UNITS)


def _sorted(*lists: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({package for packages in lists for package in packages}))
