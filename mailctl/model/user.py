"""A user: an address with a password, and mostly a mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailctl.model.names import Address, AnyAddressOf
from mailctl.model.secret import Password


@dataclass(frozen=True, slots=True)
class Forward:
    """Where a copy goes; `keep` says whether the mailbox gets one too."""

    to: tuple[Address, ...]
    keep: bool = True


@dataclass(frozen=True, slots=True)
class User:
    """`quota` is in bytes, None for no limit, already resolved through domain and policies.

    A `send_only` user logs in and sends, has no mailbox, and mail to it is refused.
    """

    address: Address
    password: Password
    aliases: tuple[Address, ...] = ()
    quota: int | None = None
    sieve: Path | None = None
    forward: Forward | None = None
    send_as: tuple[Address | AnyAddressOf, ...] = ()
    send_only: bool = False
