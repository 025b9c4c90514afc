"""Where a password, or another secret, comes from. The model never holds the clear text of one.

Only `mailctl.keys` reads these, at the last moment; they print as `<secret>`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HashedPassword:
    """A hash with its scheme, as `{ARGON2ID}$argon2id$...` (doveadm-pw(1))."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordFile:
    """A file whose first line is the password, or its hash when it begins with `{SCHEME}`."""

    path: Path


@dataclass(frozen=True, slots=True)
class PasswordVariable:
    """An environment variable with the same content."""

    name: str


@dataclass(frozen=True, slots=True)
class PasswordCommand:
    """A command (argv, no shell) whose first line of output has the same content.

    It runs in `folder`, the folder of the spec file that names it.
    """

    argv: tuple[str, ...]
    folder: Path


SecretSource = PasswordFile | PasswordVariable | PasswordCommand
"""The same places for a secret that is no password: all that is there is the secret."""

Password = HashedPassword | SecretSource
