"""What a backend is: one daemon's room. Adding one is a package and a line in BACKENDS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mailctl.errors import Finding
from mailctl.model.host import DnsUpdates, Host
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System
from mailctl.model.tsig_key import TsigKey
from mailctl.model.user import User

if TYPE_CHECKING:
    from mailctl.bundle import Contribution


@dataclass(frozen=True, slots=True)
class Setting:
    """A decision: a parameter, its value, why it has it, and where that can be read.

    Ordered as they shall stand in the file; the same values feed every emitter, so that the
    text on Debian and the NixOS module cannot drift apart. `because` is one or more sentences
    for the administrator who opens the file; `source` a manual page or an RFC section.
    """

    name: str
    value: str
    because: str
    source: str = ""


class Vault(Protocol):
    """Gives the compiler the secrets, or withholds them."""

    def password_hash(self, user: User) -> str | None:
        """The user's password as `{SCHEME}hash`, or None when secrets are withheld."""

    def private_key(self, domain: DomainName, selector: DkimSelector) -> bytes | None:
        """The PEM of a DKIM key, or None when secrets are withheld."""

    def tsig_key(self, host: Host, updates: DnsUpdates) -> TsigKey | None:
        """The key that signs the host's updates of DNS, or None when secrets are withheld."""


class Backend(Protocol):
    """One daemon: from the model to what shall be on the host. Pure."""

    @property
    def name(self) -> str:
        """What the spec calls it, as in `overrides: {postfix: ...}`."""

    def contribute(self, system: System, host: Host, vault: Vault) -> Contribution:
        """Everything this daemon needs on the host; an empty Contribution if nothing."""

    def review(self, system: System, host: Host) -> Iterable[Finding]:
        """What only this daemon can refuse, as an override that it does not know."""
