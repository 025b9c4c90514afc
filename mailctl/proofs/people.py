"""Whom a proof takes: users and addresses of the spec that fit, the first in the spec's order."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.model.host import Host, Role
from mailctl.model.names import Address
from mailctl.model.system import System
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable
from mailctl.proofs.ground import Ground


def senders(system: System, host: Host) -> tuple[User, ...]:
    """Who may submit on this host; NotApplicable when it takes no submissions or knows nobody."""
    if not host.has(Role.SUBMISSION):
        raise NotApplicable(f"{host.name} takes no submissions")
    users = system.users_of(host)
    if not users:
        raise NotApplicable(f"nobody logs in on {host.name}")
    return users


def keeps_mail(user: User) -> bool:
    """Whether mail to the user's own address ends in a mailbox of its own."""
    return not user.send_only and (user.forward is None or user.forward.keep)


def readers(system: System, host: Host) -> tuple[User, ...]:
    """Whose mailboxes this host keeps; NotApplicable when there are none."""
    if not host.has(Role.STORE):
        raise NotApplicable(f"{host.name} keeps no mailboxes")
    users = tuple(user for user in system.users_of(host) if keeps_mail(user))
    if not users:
        raise NotApplicable(f"no mailbox is kept on {host.name}")
    return users


def plain_reader(system: System, host: Host) -> User:
    """A mailbox whose mail stays where it arrives: without forward and own Sieve if possible."""
    return min(readers(system, host), key=lambda user: (user.forward is not None, bool(user.sieve)))


def received_on(system: System, host: Host) -> Iterator[User]:
    """Mailboxes, wherever kept, of domains whose mail this host takes from the world."""
    if not host.has(Role.MX):
        raise NotApplicable(f"{host.name} receives no mail from the world")
    for user in system.users.values():
        if host.name in system.domains[user.address.domain].mx and keeps_mail(user):
            yield user


def recipient_on(system: System, host: Host) -> User:
    """The first mailbox of a domain that this host is an MX of, the plainest first."""
    users = sorted(received_on(system, host), key=lambda user: bool(user.forward or user.sieve))
    if not users:
        raise NotApplicable(f"{host.name} receives for no mailbox")
    return users[0]


def store_of(system: System, user: User) -> Host:
    """The host that keeps the user's mailbox."""
    return system.hosts[system.domains[user.address.domain].store]


def entrance(system: System, user: User) -> Host:
    """The first host that takes mail for the user from the world."""
    return system.hosts[system.domains[user.address.domain].mx[0]]


def password_of(ground: Ground, user: User) -> str:
    """The user's clear-text password; NotApplicable when the ground has none."""
    try:
        return ground.passwords[user.address]
    except KeyError:
        raise NotApplicable(f"no password of {user.address} is known here") from None


def stranger(ground: Ground, local: str = "someone") -> str:
    """An address in the world outside."""
    return str(Address(local, ground.outside.domain))
