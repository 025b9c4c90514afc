"""What a spec compiles to: per host everything that shall be there, as plain values.

A generation on a host is the folder `GENERATIONS/N`; `CURRENT` is a symbolic link to the live
one. The artefacts are written below it, and the daemons' own configuration paths in /etc are
symbolic links through CURRENT, so that one rename switches everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mailctl.dns.record import Record
from mailctl.model.host import Override
from mailctl.model.places import DEBIAN, STATE

GENERATIONS = f"{STATE}/generations"
CURRENT = DEBIAN.tree
TLS_KEY = f"{STATE}/tls/key.pem"
TLS_CHAIN = f"{STATE}/tls/fullchain.pem"
TLS_SERVED = f"{STATE}/tls/served"
"""Certificates by ACME, and those that are taken from files for further names of a host: each
with its key in NAME.pem."""
ACME_WEBROOT = f"{STATE}/acme"
"""Where our own web server looks for what an authority asks for."""
RENEWAL_TIMER = "mailctl-certificates.timer"
"""The unit on a host whose certificates are renewed, or watched."""
PROBE_FOLDER = f"{STATE}/probe"
PROBE_USERS = f"{PROBE_FOLDER}/users"
"""Empty but for the seconds of a probe."""
MAIL_ROOT = "/var/vmail"
MAIL_ACCOUNT = "vmail"

TREE = "{tree}"
"""In a command's argv: the folder of the generation that is being checked or built."""


@dataclass(frozen=True, slots=True, order=True)
class Artefact:
    """A file of the generation; `path` is relative to it, as `postfix/main.cf`.

    A `secret` file's content is never shown, only its fingerprint; when the secrets were
    withheld from the compiler its content is empty and `withheld` is true.
    """

    path: str
    content: bytes = field(repr=False)
    owner: str = "root"
    group: str = "root"
    mode: int = 0o644
    secret: bool = False
    withheld: bool = False

    @property
    def is_private(self) -> bool:
        """Whether a secret is in it, or would be: one that is empty for everybody tells none."""
        return self.secret and (self.withheld or bool(self.content))


@dataclass(frozen=True, slots=True, order=True)
class Directory:
    """A folder of the generation (relative) or of the host (absolute; made, never removed)."""

    path: str
    owner: str = "root"
    group: str = "root"
    mode: int = 0o755


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """`path` on the host becomes a symbolic link to CURRENT/`target`."""

    path: str
    target: str


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """A system account with a group of the same name, and the groups that it joins besides.

    `create` false: the package brings the account; only the groups are ours.
    """

    name: str
    home: str = "/nonexistent"
    groups: tuple[str, ...] = ()
    create: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """An argv run on the host (no shell), TREE standing for the generation's folder.

    `quiet`: anything on standard error is a failure too, as with `postconf -n`, whose exit
    status does not tell.
    """

    argv: tuple[str, ...]
    why: str
    quiet: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """A systemd unit, and what makes it reload or restart: changes below these prefixes.

    The first start, after its package was installed, is always a restart. A unit that no change
    reloads or restarts only has to run and to come up at boot, and is never told more: another
    one may be a part of it, and would be restarted with it (systemd.unit(5), PartOf).
    """

    unit: str
    reload_on: tuple[str, ...] = ()
    restart_on: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether any change of files concerns it."""
        return bool(self.reload_on or self.restart_on)


@dataclass(frozen=True, slots=True, order=True)
class Port:
    """A TCP port on which the host answers when all is well.

    `expect` is the beginning of the first line of the greeting, empty where the client speaks
    first: such a port has to take connections. `tls`: after a TLS handshake.
    """

    number: int
    expect: str
    tls: bool = False
    loopback: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Entries:
    """What the lines of a file are, where each is an entry for one key: a plan counts them and
    names their keys, instead of showing lines.

    `noun` and `plural` are what an entry is called. A line is the key, `separator`, the value.
    `parts` names pieces of the value where it is a record of a passwd-file: the place behind the
    key, counted from 1, and what it is. Files of one noun are one kind: an entry that goes from
    one of them to another is not gone. `guarded`: many of them never go without a word for it.
    """

    path: str
    noun: str
    plural: str
    separator: str = " "
    parts: tuple[tuple[int, str], ...] = ()
    guarded: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Probe:
    """A part of the way of mail through the host that is tried after a switch; `value` says where.

    `submission` PORT: users log in and send, after a TLS handshake. `refusal` PORT: a wrong
    password is refused there. `receiving` DOMAIN: on port 25 strangers may write neither to
    elsewhere nor to nobody in this domain. `mailbox` PORT, or `doveadm`: mail arrives by LMTP and
    is read by IMAP after a TLS handshake, or without. `signature` SELECTOR._domainkey.DOMAIN: what
    is sent as this domain is signed with this key. `loopback` ADDRESS: where the host's daemons
    are reached from itself, if not by 127.0.0.1.
    """

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one backend gives to a host.

    `entries` speaks of every map that the daemon may have on any host, also of those that this
    host has not: they may be on it still.
    """

    artefacts: tuple[Artefact, ...] = ()
    directories: tuple[Directory, ...] = ()
    links: tuple[Link, ...] = ()
    packages: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    builds: tuple[Command, ...] = ()
    """Commands that make further files in the tree: postmap, sievec."""
    checks: tuple[Command, ...] = ()
    services: tuple[Service, ...] = ()
    ports: tuple[Port, ...] = ()
    probes: tuple[Probe, ...] = ()
    entries: tuple[Entries, ...] = ()
    provisional: tuple[str, ...] = ()
    """Names for which TLS_SERVED/NAME.pem has to hold some certificate before daemons start."""


@dataclass(frozen=True, slots=True)
class HostBundle:
    """A host's whole content: the sum of all contributions, sorted, without duplicates.

    `self_signed` is the name for which the host makes a certificate of its own, at
    TLS_KEY and TLS_CHAIN; empty where the administrator brings one. `overrides` are settings
    that she has taken into her own hands: their effect is in the artefacts, and plans show them.
    """

    host: str
    platform: str
    content: Contribution
    self_signed: str = ""
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """All hosts of a spec, in the spec's order, and all DNS records, sorted.

    `mta_sts` are the policies that stand on a web server, by domain (RFC 8461, 3.2).
    """

    hosts: tuple[HostBundle, ...]
    records: tuple[Record, ...]
    mta_sts: tuple[tuple[str, str], ...] = ()
