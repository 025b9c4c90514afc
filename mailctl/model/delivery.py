"""Who receives what, and who may send as whom: one graph, read by delivery and by submission.

An address belongs to at most one of: a user, an alias of a user, an `aliases:` entry. What
nobody owns belongs to its domain's catch-all. Mail follows these edges one step at a time, as
Postfix does with virtual(5), so that a domain kept on another host is resolved over there.
A user may send as every address whose mail can reach her without leaving the spec's own tables;
forwards confer nothing, since they are the forwarding user's wish and not the recipient's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailctl.model.host import Host, Role
from mailctl.model.names import Address, AnyAddressOf, DomainName
from mailctl.model.system import System


@dataclass(frozen=True, slots=True)
class Delivery:
    """The whole graph of a system. All mappings are in the spec's order.

    `expansions`: an address to where its mail goes next; its own address stands among the
    targets when its mailbox keeps a copy. Mailboxes without an expansion just keep their mail.
    `mailboxes`: the users that have one.
    `refused`: addresses of the spec that receive nothing: users who only send, their aliases,
    and aliases that end at none but them.
    `catch_alls`: where the unowned addresses of a domain go.
    `owners`: an address to the users who may send as it, without those of its domain.
    `domain_owners`: the users who may send as any address of a domain.
    `catch_all_owners`: those who may send as the addresses of a domain that nobody else has.
    """

    expansions: Mapping[Address, tuple[Address, ...]]
    mailboxes: frozenset[Address]
    refused: frozenset[Address]
    catch_alls: Mapping[DomainName, Address]
    owners: Mapping[Address, tuple[Address, ...]]
    domain_owners: Mapping[DomainName, tuple[Address, ...]]
    catch_all_owners: Mapping[DomainName, tuple[Address, ...]]

    def receives(self, address: Address) -> bool:
        """Whether mail to exactly this address is accepted, catch-alls left aside."""
        return address in self.mailboxes or address in self.expansions

    @property
    def widest_expansion(self) -> int:
        """The most recipients that mail to one address can end at (an upper bound)."""
        return _widest(self.expansions)


def delivery_of(system: System) -> Delivery:
    """The graph of a system, computed once for as long as the same system is asked about."""
    if _latest.system is not system:
        _latest.delivery = _build(system)
        _latest.system = system
    return _latest.delivery


def signing_domains(system: System, host: Host) -> tuple[DomainName, ...]:
    """The domains whose mail this host signs with DKIM, sorted.

    Its stored domains, and every domain in which somebody who logs in here owns an address:
    the host never holds the private key of a domain that nobody there may speak for.
    """
    if not (host.has(Role.SUBMISSION) or host.has(Role.STORE)):
        return ()
    names = {domain.name for domain in system.stored_on(host)}
    if host.has(Role.SUBMISSION):
        names |= _spoken_for(system, host)
    return tuple(sorted(name for name in names if _is_signed(system, name)))


def _is_signed(system: System, name: DomainName) -> bool:
    domain = system.domains.get(name)
    return domain is not None and not domain.parked and bool(domain.policy.dkim)


def _spoken_for(system: System, host: Host) -> set[DomainName]:
    here = {user.address for user in system.users_of(host)}
    delivery = delivery_of(system)
    names = {
        address.domain
        for address, owners in delivery.owners.items()
        if any(owner in here for owner in owners)
    }
    for wide in (delivery.domain_owners, delivery.catch_all_owners):
        names |= {name for name, owners in wide.items() if any(owner in here for owner in owners)}
    return names


def _build(system: System) -> Delivery:
    send_only = frozenset(
        address
        for user in system.users.values()
        if user.send_only
        for address in (user.address, *user.aliases)
    )
    expansions = _expansions(system, send_only)
    reach = _Reach(system)
    return Delivery(
        expansions=expansions,
        mailboxes=frozenset(user.address for user in system.users.values() if not user.send_only),
        refused=send_only.union(alias for alias in system.aliases if alias not in expansions),
        catch_alls={
            domain.name: domain.catch_all
            for domain in system.domains.values()
            if domain.catch_all is not None and domain.catch_all not in send_only
        },
        owners=_owners(system, reach),
        domain_owners=_domain_owners(system),
        catch_all_owners={
            domain.name: reach.users(domain.catch_all)
            for domain in system.domains.values()
            if domain.catch_all is not None
        },
    )


def _expansions(
    system: System, send_only: frozenset[Address]
) -> dict[Address, tuple[Address, ...]]:
    expansions: dict[Address, tuple[Address, ...]] = {}
    for user in system.users.values():
        if user.send_only:
            continue
        if user.forward is not None:
            kept = (user.address,) if user.forward.keep else ()
            expansions[user.address] = _distinct((*kept, *user.forward.to))
        for alias in user.aliases:
            expansions[alias] = (user.address,)
    for alias, targets in system.aliases.items():
        receiving = _distinct(target for target in targets if target not in send_only)
        if receiving:
            expansions[alias] = receiving
    return expansions


def _owners(system: System, reach: _Reach) -> dict[Address, tuple[Address, ...]]:
    owners: dict[Address, tuple[Address, ...]] = {}
    for user in system.users.values():
        for address in (user.address, *user.aliases):
            owners[address] = (user.address,)
    for alias in system.aliases:
        owners[alias] = reach.users(alias)
    for user in system.users.values():
        for pattern in user.send_as:
            if isinstance(pattern, Address):
                owners[pattern] = _distinct((*owners.get(pattern, ()), user.address))
    return owners


def _domain_owners(system: System) -> dict[DomainName, tuple[Address, ...]]:
    found: defaultdict[DomainName, list[Address]] = defaultdict(list)
    for user in system.users.values():
        for pattern in user.send_as:
            if isinstance(pattern, AnyAddressOf):
                found[pattern.domain].append(user.address)
    return {name: _distinct(users) for name, users in found.items()}


class _Reach:
    """The users behind an address, through users' aliases and `aliases:` entries alone."""

    def __init__(self, system: System) -> None:
        self._aliases = system.aliases
        self._terminal: dict[Address, Address] = {}
        for user in system.users.values():
            for address in (user.address, *user.aliases):
                self._terminal[address] = user.address

    def users(self, start: Address) -> tuple[Address, ...]:
        """In the order in which a walk meets them; a loop ends where it began."""
        met: dict[Address, None] = {}
        seen = {start}
        waiting = [start]
        while waiting:
            address = waiting.pop()
            user = self._terminal.get(address)
            if user is not None:
                met[user] = None
                continue
            targets = [target for target in self._aliases.get(address, ()) if target not in seen]
            seen.update(targets)
            waiting.extend(reversed(targets))
        return tuple(met)


def _widest(expansions: Mapping[Address, tuple[Address, ...]]) -> int:
    """The largest number of addresses that a walk from one address meets.

    Only entries with several targets can be wide; the walk stops at what it has seen.
    """
    widest = 1
    for start, targets in expansions.items():
        if len(targets) == 1:
            continue
        seen = {start, *targets}
        waiting = [target for target in targets if target in expansions]
        while waiting:
            for target in expansions[waiting.pop()]:
                if target not in seen:
                    seen.add(target)
                    if target in expansions:
                        waiting.append(target)
        widest = max(widest, len(seen))
    return widest


def _distinct(addresses: Iterable[Address]) -> tuple[Address, ...]:
    return tuple(dict.fromkeys(addresses))


class _Latest:
    """The last graph: every backend of every host asks for the same one."""

    def __init__(self) -> None:
        empty: dict[Address, tuple[Address, ...]] = {}
        self.system: System | None = None
        self.delivery = Delivery(empty, frozenset(), frozenset(), {}, {}, {}, {})


_latest = _Latest()
