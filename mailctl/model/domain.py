"""A mail domain: who receives for it, who keeps its mail, and its policy."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.host import SieveScripts
from mailctl.model.names import Address, DomainName
from mailctl.model.settings import MailPolicy


@dataclass(frozen=True, slots=True)
class Domain:
    """`store` is the name of the host that keeps the mailboxes, `mx` the hosts that receive,
    in order of preference; both are empty for a parked domain, which sends and receives nothing.
    """

    name: DomainName
    policy: MailPolicy = MailPolicy()
    store: str = ""
    mx: tuple[str, ...] = ()
    catch_all: Address | None = None
    parked: bool = False
    sieve: SieveScripts = SieveScripts()
