"""Where each system keeps what the daemons' files name: data, as their versions are.

Backends name no folder of a system by themselves. So the same decisions give the files of a Debian
host and the options of a NixOS module.
"""

from __future__ import annotations

from dataclasses import dataclass

STATE = "/var/lib/mailctl"
"""What belongs to the host itself and to no generation: its certificate, secrets, generations."""
SECRETS = f"{STATE}/secrets"
"""Where a host of NixOS finds the files that never enter its store."""
MODULE = "/etc/nixos/mailctl"
"""The folder that the configuration of such a host imports."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and sockets of one system.

    Every artefact of a host is found below `tree`, at its own path. A compiled table of Postfix
    is `tables`/NAME, of type `table_type` (postconf(5), default_database_type); `cache_type` is
    what it keeps its own caches in. `milter` is
    OpenDKIM's socket as Postfix names it, which is in `signer`; `own_group` is the group of
    Dovecot's own processes.
    """

    tree: str
    tables: str
    table_type: str
    cache_type: str
    queue: str
    signer: str
    milter: str
    sendmail: str
    own_group: str


DEBIAN = Places(
    tree=f"{STATE}/current",
    tables=f"{STATE}/current/postfix",
    table_type="lmdb",
    cache_type="lmdb",
    queue="/var/spool/postfix",
    signer="/var/spool/postfix/opendkim",
    milter="unix:opendkim/opendkim.sock",
    sendmail="/usr/sbin/sendmail",
    own_group="dovecot",
)
"""smtpd runs in a chroot that is the queue, so that every socket which it asks lies there."""

NIXOS = Places(
    tree="/etc/mailctl",
    tables="/etc/postfix",
    table_type="hash",
    cache_type="btree",
    queue="/var/lib/postfix/queue",
    signer="/run/opendkim",
    milter="unix:/run/opendkim/opendkim.sock",
    sendmail="/run/wrappers/bin/sendmail",
    own_group="dovecot2",
)
"""nixpkgs' modules make /etc out of the store; services.postfix.mapFiles compiles into a folder of
its own, and its Postfix runs in no chroot."""
