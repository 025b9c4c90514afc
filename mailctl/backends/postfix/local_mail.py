"""The system's own mail: what cron, package scripts and Postfix itself write to, and who reads it.

Nothing is delivered to Unix accounts. Mail to them goes to the postmaster of the first domain
that the host stores, or else to the first user who has a mailbox; strangers cannot write to
them, save to postmaster and abuse (RFC 5321, 4.5.1; RFC 2142, 4).
"""

from __future__ import annotations

from mailctl.model.delivery import delivery_of
from mailctl.model.domain import Domain
from mailctl.model.host import Host
from mailctl.model.names import Address, DomainName
from mailctl.model.system import System

PUBLIC = ("abuse", "postmaster")
_ACCOUNTS = (
    *("backup", "bin", "daemon", "dovecot", "dovenull", "games", "irc", "list", "lp", "mail"),
    *("mailer-daemon", "man", "news", "nobody", "opendkim", "postfix", "proxy", "root", "sync"),
    *("sys", "uucp", "vmail", "www-data"),
)
"""The accounts of Debian's base-passwd(8) and of the mail packages, and the bounces' sender."""

LOCALHOST = DomainName("localhost")


def reader(system: System, host: Host) -> Address | None:
    """Who reads the system's mail of this host; None when nobody of the spec has a mailbox."""
    delivery = delivery_of(system)
    domains = _domains(system, host)
    for domain in domains:
        postmaster = Address("postmaster", domain.name)
        if delivery.receives(postmaster):
            return postmaster
    for domain in domains:
        for user in system.users.values():
            if user.address.domain == domain.name and user.address in delivery.mailboxes:
                return user.address
    return None


def own_names(system: System, host: Host) -> tuple[DomainName, ...]:
    """The host's names that are no mail domain, and so are for the system's mail alone."""
    return (LOCALHOST,) if host.fqdn in system.domains else (host.fqdn, LOCALHOST)


def aliases(system: System, host: Host) -> dict[str, str]:
    """Entries of virtual_alias_maps that bring the system's mail to its reader."""
    to = reader(system, host)
    if to is None:
        return {}
    entries = {f"@{name}": str(to) for name in own_names(system, host)}
    entries.update((str(address), str(to)) for address in _unclaimed(system, host))
    return entries


def refusals(system: System, host: Host) -> dict[str, str]:
    """Entries of access(5) that keep strangers from writing to the accounts."""
    unknown = "550 5.1.1 No such mailbox here"
    entries = {str(name): unknown for name in own_names(system, host)}
    if host.fqdn in entries:
        entries.update((f"{local}@{host.fqdn}", "DUNNO") for local in PUBLIC)
    entries.update(
        (str(address), unknown)
        for address in _unclaimed(system, host)
        if address.local not in PUBLIC
    )
    return entries


def _domains(system: System, host: Host) -> tuple[Domain, ...]:
    stored = system.stored_on(host)
    return stored or tuple(domain for domain in system.domains.values() if not domain.parked)


def _unclaimed(system: System, host: Host) -> tuple[Address, ...]:
    """The accounts' addresses where the fqdn is a mail domain in which nobody owns them."""
    domain = system.domains.get(host.fqdn)
    if domain is None or domain.catch_all is not None:
        return ()
    delivery = delivery_of(system)
    addresses = (Address(local, host.fqdn) for local in (*_ACCOUNTS, *PUBLIC))
    return tuple(
        address
        for address in addresses
        if not delivery.receives(address) and address not in delivery.refused
    )
