"""A small host and its observations, for tests of pure parts."""

from __future__ import annotations

from mailctl.bundle import (
    Account,
    Artefact,
    Command,
    Contribution,
    Directory,
    HostBundle,
    Link,
    Port,
    Service,
)
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import LiveAccount, LiveCertificate, LiveService, Observation

MAIN = Artefact("postfix/main.cf", b"myhostname = mail.example.org\n")
MASTER = Artefact("postfix/master.cf", b"smtp inet n - y - - smtpd\n")
KEY = Artefact("dkim/s1.pem", b"PRIVATE", "opendkim", "opendkim", 0o600, secret=True)


def bundle(*artefacts: Artefact, **parts: object) -> HostBundle:
    """A Debian 12 host with two daemons; `parts` replace parts of its content."""
    content: dict[str, object] = {
        "artefacts": artefacts or (MAIN, MASTER, KEY),
        "directories": (Directory("/var/vmail", "vmail", "vmail", 0o700),),
        "links": (Link("/etc/postfix/main.cf", "postfix/main.cf"),),
        "packages": ("postfix", "opendkim"),
        "accounts": (
            Account("vmail", "/var/vmail"),
            Account("postfix", groups=("opendkim",), create=False),
        ),
        "builds": (Command(("postmap", "lmdb:{tree}/postfix/aliases"), "compiles tables"),),
        "checks": (Command(("postfix", "-c", "{tree}/postfix", "check"), "checks", quiet=False),),
        "services": (
            Service("postfix", ("postfix",), ("postfix/master.cf",)),
            Service("opendkim", restart_on=("dkim/",)),
        ),
        "ports": (Port(25, "220 "), Port(465, "220 ", tls=True)),
    }
    return HostBundle("mail", "debian-12", Contribution(**{**content, **parts}), "mail.example.org")  # type: ignore[arg-type]


def settled(manifest: Manifest, **facts: object) -> Observation:
    """A host on which the manifest is live and all is well, but for the facts given."""
    well: dict[str, object] = {
        "os_id": "debian",
        "os_version": "12",
        "generation": 3,
        "digest": manifest.digest,
        "confirmed": True,
        "room": 10**6,
        "inodes": 10**5,
        "was": manifest,
        "packages": dict.fromkeys(manifest.packages, "1"),
        "accounts": {
            "vmail": LiveAccount("/var/vmail", frozenset({"vmail"})),
            "postfix": LiveAccount("/var/spool/postfix", frozenset({"postfix", "opendkim"})),
        },
        "directories": {d.path: (d.mode, d.owner, d.group) for d in manifest.directories},
        "links": {link.path: "right" for link in manifest.links},
        "services": {s.unit: LiveService("active", "enabled") for s in manifest.services},
        "certificate": LiveCertificate("mail.example.org", 800 * 86400),
    }
    return Observation(**{**well, **facts})  # type: ignore[arg-type]


def untouched() -> Observation:
    """A host fresh from its provider."""
    return Observation(
        os_id="debian",
        os_version="12",
        generation=0,
        digest="-",
        confirmed=True,
        room=10**6,
        inodes=10**5,
    )
