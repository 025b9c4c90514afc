"""Which domains a host signs, and with which key."""

from __future__ import annotations

from mailctl.model.delivery import signing_domains
from mailctl.model.host import Host
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System


def signers_of(system: System, host: Host) -> tuple[tuple[DomainName, DkimSelector], ...]:
    """Each signed domain with the selector that signs: the first of its policy."""
    return tuple(
        (name, system.domains[name].policy.dkim[0]) for name in signing_domains(system, host)
    )
