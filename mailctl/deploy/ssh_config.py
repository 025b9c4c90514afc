"""The user's ssh_config(5), read when the first connection is made and once a run.

paramiko's parser decides which lines hold for a host. What the spec or the command line says
stands in front of them, as `-l`, `-p` and `-o` do for ssh(1), so that it wins and conditions and
tokens see it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from mailctl.deploy.config_text import MARK, text_of
from mailctl.errors import MailctlError

if TYPE_CHECKING:
    import paramiko

SYSTEM_FILE = Path("/etc/ssh/ssh_config")

Settings = Mapping[str, str | list[str]]
"""Keywords in small letters; IdentityFile, which may come several times, as a list."""


class SshConfig:
    """Files of ssh_config(5), those in front first. One that is not there says nothing, unless
    it `must_exist`."""

    def __init__(self, files: Iterable[Path], *, must_exist: bool = False) -> None:
        self._files = tuple(files)
        self._must_exist = must_exist
        self._parsed: paramiko.SSHConfig | None = None
        self._lock = threading.Lock()

    @classmethod
    def of_user(cls) -> SshConfig:
        """What ssh(1) reads by itself."""
        return cls((Path.home() / ".ssh" / "config", SYSTEM_FILE))

    def settings(self, name: str, said: Mapping[str, str]) -> Settings:
        """What holds for a host of this name, `said` before all else; raises MailctlError."""
        from mailctl.deploy.lean import paramiko
        from mailctl.deploy.match_exec import Config

        if not self._files:
            return dict(said)
        config = Config()
        config.parse(StringIO("".join(f"{key} {value}\n" for key, value in said.items())))
        config._config += self._whole()._config  # type: ignore[attr-defined]
        try:
            found = config.lookup(name)
        except (paramiko.SSHException, OSError, LookupError, ValueError) as error:
            raise MailctlError(
                f"{self._files[0]} cannot be used for {name}: {error}",
                "correct it, or name another file by --ssh-config",
            ) from None
        if MARK in found:
            raise MailctlError(
                f"{found[MARK]} cannot be judged here, and decides how {name} is reached",
                "name a file without it by --ssh-config",
            )
        return {key: value for key, value in found.items() if value is not None}

    def _whole(self) -> paramiko.SSHConfig:
        from mailctl.deploy.lean import paramiko
        from mailctl.deploy.match_exec import Config

        with self._lock:
            if self._parsed is None:
                text = "\n".join(
                    text_of(path, path.parent)
                    for path in self._files
                    if self._must_exist or path.is_file()
                )
                try:
                    self._parsed = Config.from_text(text)
                except paramiko.SSHException as error:
                    raise MailctlError(
                        f"{self._files[0]}: {error}",
                        "correct it, or name another file by --ssh-config",
                    ) from None
            return self._parsed
