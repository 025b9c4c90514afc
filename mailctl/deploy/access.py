"""What the person at the keyboard brings: keys, known hosts, a configuration, and answers.

One `Access` serves a whole run: what it has read or asked once, all threads use.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mailctl.deploy.key_files import KeyFiles
from mailctl.deploy.known_hosts import KnownHosts
from mailctl.deploy.ssh_config import SshConfig

Ask = Callable[[str], str]
"""Shows a prompt, and gives back what was typed unseen; empty for who wants to give up."""


@dataclass(slots=True)
class SudoPassword:
    """The password that sudo wants, one for all hosts: from a file, or asked for once."""

    known: str | None = None
    ask: Ask | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __repr__(self) -> str:
        return f"SudoPassword(available={self.available})"

    @property
    def available(self) -> bool:
        """Whether there is anybody to ask; without, `sudo -n` must do."""
        return self.known is not None or self.ask is not None

    def get(self, user: str) -> str:
        """The password; empty when there is none. May wait for the person at the keyboard."""
        with self._lock:
            if self.known is None and self.ask is not None:
                self.known = self.ask(f"sudo password of {user} on the hosts: ")
            return self.known or ""


@dataclass(frozen=True, slots=True)
class Access:
    """Without `key_files` those of the configuration and of ssh(1) are tried, after the agent's;
    without `known_hosts_files` ssh's own are read. Without `config` none is."""

    key_files: tuple[Path, ...] = ()
    known_hosts_files: tuple[Path, ...] = ()
    config: SshConfig = field(default_factory=lambda: SshConfig(()))
    keys: KeyFiles = field(default_factory=KeyFiles, repr=False)
    known_hosts: KnownHosts = field(default_factory=KnownHosts, repr=False)
    sudo: SudoPassword = field(default_factory=SudoPassword, repr=False)
