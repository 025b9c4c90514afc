"""What the person at the keyboard brings: keys, known hosts, a configuration, sudo's password.

One `Access` serves a whole run: what it has read once, all threads use. Nobody is asked anything
by a thread: passphrases.py does that before the first connection.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mailctl.deploy.key_files import KeyFiles
from mailctl.deploy.known_hosts import KnownHosts
from mailctl.deploy.ssh_config import SshConfig


@dataclass(frozen=True, slots=True)
class Access:
    """Without `key_files` those of the configuration and of ssh(1) are tried, after the agent's;
    without `known_hosts_files` ssh's own are read. Without `config` none is. Without
    `sudo_password` sudo must not ask for one."""

    key_files: tuple[Path, ...] = ()
    known_hosts_files: tuple[Path, ...] = ()
    config: SshConfig = field(default_factory=lambda: SshConfig(()))
    sudo_password: str = field(default="", repr=False)
    keys: KeyFiles = field(default_factory=KeyFiles, repr=False)
    known_hosts: KnownHosts = field(default_factory=KnownHosts, repr=False)
