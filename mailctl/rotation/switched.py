"""Notes that a host was brought to the new key: the former one's grace counts from the last."""

from __future__ import annotations

from collections.abc import Collection

from mailctl.model.delivery import signing_domains
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.settings import KeyState
from mailctl.model.system import System
from mailctl.rotation.record import Clock, Rotation
from mailctl.rotation.store import locked, read, write


def note_switched(
    system: System, host: str, clock: Clock, fresh: Collection[str] = ()
) -> tuple[DomainName, ...]:
    """After a successful apply: note the host wherever a file expects it; nothing is written
    otherwise. `system` is the effective one that was applied. `fresh` are the generation's files
    that this apply laid new: a host that has just got the key, be it again after a rollback,
    signed with the former one until now.

    Returns the domains that were noted. Raises MailctlError when a file cannot be written.
    """
    noted = []
    for name in signing_domains(system, system.hosts[host]):
        domain = system.domains[name]
        if _expects(domain):
            again = key_file(name, domain.policy.dkim[0].selector) in fresh
            if _note(system, domain, host, clock, again):
                noted.append(name)
    return tuple(noted)


def key_file(domain: str, selector: str) -> str:
    """A private key's place in a generation, as OpenDKIM's room lays it."""
    return f"opendkim/keys/{domain}/{selector}.pem"


def _expects(domain: Domain) -> bool:
    return any(key.state is KeyState.RETIRING for key in domain.policy.dkim)


def _note(system: System, domain: Domain, host: str, clock: Clock, again: bool) -> bool:
    """The file is read once more under its lock: another client may have gone on meanwhile."""
    if not _is_due(read(system.folder, domain.name), domain, host, again):
        return False
    with locked(system.folder, domain.name):
        rotation = read(system.folder, domain.name)
        if rotation is None or not _is_due(rotation, domain, host, again):
            return False
        write(system.folder, rotation.with_host(host, clock()))
        return True


def _is_due(rotation: Rotation | None, domain: Domain, host: str, again: bool) -> bool:
    """Whether the file waits for this host, and for the very key that was applied."""
    pending = None if rotation is None else rotation.pending
    return (
        rotation is not None
        and pending is not None
        and pending.state is KeyState.RETIRING
        and rotation.signing.selector == domain.policy.dkim[0].selector
        and (again or rotation.hosts.get(host) is None)
    )
