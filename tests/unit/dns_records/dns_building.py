"""Systems put together by hand, and public keys that are always the same."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

from mailctl.dns.dkim import PublicKey, PublicKeys
from mailctl.model.domain import Domain
from mailctl.model.host import ALL_ROLES, Host, Role
from mailctl.model.names import Address, AnyAddressOf, DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.model.secret import HashedPassword
from mailctl.model.settings import MailPolicy
from mailctl.model.system import System
from mailctl.model.user import User

KEY = PublicKey("rsa", "MIIB" + "A" * 388)
"""As long as a 2048-bit key: 392 characters."""


class Building:
    """Collects the parts of a system; `done` puts them together."""

    def __init__(self) -> None:
        self.hosts: dict[str, Host] = {}
        self.domains: dict[DomainName, Domain] = {}
        self.users: dict[Address, User] = {}
        self.aliases: dict[Address, tuple[Address, ...]] = {}

    def host(
        self,
        name: str,
        fqdn: str,
        addresses: Iterable[str] = ("203.0.113.1",),
        roles: frozenset[Role] = ALL_ROLES,
    ) -> Building:
        self.hosts[name] = Host(
            name,
            DomainName(fqdn),
            tuple(map(ip_address, addresses)),
            PLATFORMS["debian-13"],
            roles=roles,
        )
        return self

    def domain(
        self,
        name: str,
        mx: tuple[str, ...] = ("mail",),
        store: str = "mail",
        policy: MailPolicy | None = None,
        catch_all: str = "",
    ) -> Building:
        self.domains[DomainName(name)] = Domain(
            DomainName(name),
            policy or MailPolicy(),
            store=store,
            mx=mx,
            catch_all=address(catch_all) if catch_all else None,
        )
        return self

    def parked(self, name: str, policy: MailPolicy | None = None) -> Building:
        self.domains[DomainName(name)] = Domain(
            DomainName(name), policy or MailPolicy(), parked=True
        )
        return self

    def user(
        self, name: str, aliases: tuple[str, ...] = (), send_as: tuple[str, ...] = ()
    ) -> Building:
        self.users[address(name)] = User(
            address(name),
            HashedPassword("{X}x"),
            aliases=tuple(map(address, aliases)),
            send_as=tuple(map(_pattern, send_as)),
        )
        return self

    def alias(self, name: str, *targets: str) -> Building:
        self.aliases[address(name)] = tuple(map(address, targets))
        return self

    def done(self) -> System:
        return System(Path("/nowhere"), self.hosts, self.domains, self.users, self.aliases)


def address(text: str) -> Address:
    local, _, domain = text.rpartition("@")
    return Address(local, DomainName(domain))


def _pattern(text: str) -> Address | AnyAddressOf:
    found = address(text)
    return AnyAddressOf(found.domain) if found.local == "*" else found


def some_keys(system: System) -> PublicKeys:
    """The same public half for every selector of a system."""
    return {
        (domain.name, selector.selector): KEY
        for domain in system.domains.values()
        for selector in domain.policy.dkim
    }
