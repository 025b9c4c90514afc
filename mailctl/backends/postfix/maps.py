"""Postfix's tables: the delivery graph, written as lines and joined; no template for these.

A table is a mapping of keys to values; lines are sorted, so that its bytes depend on nothing
but its content. Compiled on the host by postmap(1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailctl.backends.postfix import local_mail
from mailctl.model.delivery import Delivery, delivery_of
from mailctl.model.host import Host, Role
from mailctl.model.names import Address, DomainName
from mailctl.model.probe import PROBE, PROBE_DOMAIN
from mailctl.model.system import System
from mailctl.render.postfix import table_key, table_value

_NOBODY = "nobody"
"""An owner that nobody can log in as, for user names here always have an @."""

_HEAD = "# Written by mailctl; changes made here are lost.\n"


def tables(system: System, host: Host) -> dict[str, bytes]:
    """Name to content of every table that postmap(1) compiles on this host."""
    delivery = delivery_of(system)
    stored = {domain.name for domain in system.stored_on(host)}
    found: dict[str, dict[str, str]] = {
        "own_names": _all(local_mail.own_names(system, host), "own"),
        "virtual_aliases": _virtual_aliases(system, host, delivery, stored),
        "refused_recipients": _refused(system, host, delivery, stored),
        "undeliverable": _undeliverable(system, host),
    }
    if stored:
        found["mailbox_domains"] = _all(stored, "stored")
        found["mailboxes"] = {
            str(address): "mailbox" for address in delivery.mailboxes if address.domain in stored
        }
    if system.relayed_by(host):
        found.update(_relayed(system, host, delivery))
    if host.has(Role.SUBMISSION):
        found["sender_owners"] = _sender_owners(system, host, delivery)
    if host.platform.tries_itself_out:
        _add_probe(found)
    return {name: _source(entries) for name, entries in found.items()}


def _add_probe(found: dict[str, dict[str, str]]) -> None:
    """The account by which the host tries itself out, in whatever tables it has."""
    entries = {
        "mailbox_domains": (str(PROBE_DOMAIN), "probe"),
        "mailboxes": (str(PROBE), "probe"),
        "sender_owners": (str(PROBE), str(PROBE)),
    }
    for name, (key, value) in entries.items():
        if name in found:
            found[name][key] = value


def _virtual_aliases(
    system: System, host: Host, delivery: Delivery, stored: set[DomainName]
) -> dict[str, str]:
    entries = local_mail.aliases(system, host)
    for name, target in delivery.catch_alls.items():
        if name in stored:
            entries[f"@{name}"] = str(target)
    for address in _shielded(delivery, stored):
        entries[str(address)] = str(address)
    for address, targets in delivery.expansions.items():
        if address.domain in stored:
            entries[str(address)] = ", ".join(map(str, targets))
    return entries


def _shielded(delivery: Delivery, stored: set[DomainName]) -> Iterable[Address]:
    """What a catch-all of its domain must not take: mailboxes, and addresses that only send."""
    caught = {name for name in delivery.catch_alls if name in stored}
    if not caught:
        return ()
    return (
        address
        for owned in (delivery.mailboxes, delivery.refused)
        for address in owned
        if address.domain in caught
    )


def _refused(
    system: System, host: Host, delivery: Delivery, stored: set[DomainName]
) -> dict[str, str]:
    received = stored | {domain.name for domain in system.relayed_by(host)}
    entries = local_mail.refusals(system, host)
    for address in delivery.refused:
        if address.domain in received:
            entries[str(address)] = "550 5.7.1 This address sends mail and receives none"
    return entries


def _undeliverable(system: System, host: Host) -> dict[str, str]:
    names = (
        *(domain.name for domain in system.stored_on(host)),
        *(domain.name for domain in system.relayed_by(host)),
        *local_mail.own_names(system, host),
    )
    return _all(names, "553 5.1.3 No address here has such characters")


def _relayed(system: System, host: Host, delivery: Delivery) -> dict[str, dict[str, str]]:
    domains = {domain.name: domain for domain in system.relayed_by(host)}
    recipients = {f"@{name}": "any" for name in delivery.catch_alls if name in domains}
    for known in (delivery.mailboxes, delivery.expansions):
        recipients.update((str(address), "known") for address in known if address.domain in domains)
    return {
        "relay_domains": _all(domains, "relayed"),
        "relay_recipients": recipients,
        "transports": {
            name: f"relay:[{system.hosts[domain.store].fqdn}]" for name, domain in domains.items()
        },
    }


def _sender_owners(system: System, host: Host, delivery: Delivery) -> dict[str, str]:
    """Who of those that log in here may send as which address.

    In a domain where somebody may send as anything that is left over, an address that belongs
    to others, or to nobody who logs in, stands here too, or it would be left over.
    """
    here = {user.address for user in system.users_of(host)}
    wide = {name: _logins(owners, here) for name, owners in delivery.domain_owners.items()}
    entries: dict[str, str] = {}
    open_domains: set[DomainName] = set()
    for name in system.domains:
        caught = _logins(delivery.catch_all_owners.get(name, ()), here)
        rest = _joined(caught, wide.get(name, ()))
        if rest:
            entries[f"@{name}"] = ", ".join(rest)
            open_domains.add(name)
    for address, owners in delivery.owners.items():
        allowed = _joined(_logins(owners, here), wide.get(address.domain, ()))
        if allowed:
            entries[str(address)] = ", ".join(allowed)
        elif address.domain in open_domains:
            entries[str(address)] = _NOBODY
    return entries


def _all(names: Iterable[str], text: str) -> dict[str, str]:
    return dict.fromkeys(names, text)


def _logins(owners: Iterable[Address], here: set[Address]) -> tuple[str, ...]:
    return tuple(str(owner) for owner in owners if owner in here)


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(first + second)) if second else first


def _source(entries: Mapping[str, str]) -> bytes:
    lines = sorted(f"{table_key(key)} {table_value(text)}\n" for key, text in entries.items())
    return (_HEAD + "".join(lines)).encode()
