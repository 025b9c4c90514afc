"""What is decided about Dovecot, said once, in words that belong to no release.

Each dialect (`dialects/`) spells these values for one release's configuration language, so
that what a host does cannot depend on which release it runs. In the texts below `<address>`,
`<local>`, `<domain>` and `<protocol>` stand for what Dovecot fills in for each user.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.backends.base import Setting
from mailctl.backends.sieve.placement import PlacedScript


@dataclass(frozen=True, slots=True)
class Accounts:
    """A passwd-file: who may log in with it, and whether it leads to mailboxes."""

    name: str
    path: str
    mailboxes: bool
    because: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """A mailbox that every user has; `special_use` as in RFC 6154, without the backslash."""

    name: str
    special_use: str
    because: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Socket:
    """A unix socket that another daemon connects to, as that daemon's account."""

    service: str
    path: str
    account: str
    because: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """What is shown to clients that ask for a name (SNI): paths of the full chain and its key."""

    name: str
    certificate: str
    key: str
    because: str
    source: str = ""


Decision = Setting | Accounts | Folder | Socket | ServerCertificate | PlacedScript


@dataclass(frozen=True, slots=True)
class Topic:
    """Decisions that stand together in the file, under a heading."""

    title: str
    decisions: tuple[Decision, ...]
