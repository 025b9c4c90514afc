"""Systems for tests of Postfix and OpenDKIM: the examples on either release, and small ones."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from mailctl.backends.opendkim.backend import OpenDkim
from mailctl.backends.postfix.backend import Postfix
from mailctl.bundle import Contribution
from mailctl.model.domain import Domain
from mailctl.model.host import ALL_ROLES, DnsUpdates, Host, Override, Role
from mailctl.model.names import Address, AnyAddressOf, DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.model.secret import HashedPassword
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System
from mailctl.model.user import Forward, User
from mailctl.spec.load import load

ROOT = Path(__file__).parents[3]
EXAMPLES = ("office", "pair", "talk")
DEBIANS = ("debian-12", "debian-13")


class NoSecrets:
    """A vault that withholds everything."""

    def password_hash(self, user: User) -> str | None:
        return None

    def private_key(self, domain: DomainName, selector: DkimSelector) -> bytes | None:
        return None

    def tsig_key(self, host: Host, updates: DnsUpdates) -> None:
        return None


class OneKey:
    """A vault with the same private key for all."""

    def __init__(self, pem: bytes) -> None:
        self._pem = pem

    def password_hash(self, user: User) -> str | None:
        return None

    def private_key(self, domain: DomainName, selector: DkimSelector) -> bytes | None:
        return self._pem

    def tsig_key(self, host: Host, updates: DnsUpdates) -> None:
        return None


def at(text: str) -> Address:
    local, _, domain = text.rpartition("@")
    return Address(local, DomainName(domain))


def example(name: str, platform: str) -> System:
    """An example of the checkout with all of its hosts on one platform."""
    system = load(ROOT / "examples" / name / "mail.yaml")
    hosts = {
        host.name: replace(host, platform=PLATFORMS[platform]) for host in system.hosts.values()
    }
    return replace(system, hosts=hosts)


def a_host(
    name: str = "mail", platform: str = "debian-13", roles: frozenset[Role] = ALL_ROLES,
    number: int = 10, **wishes: object,
) -> Host:  # fmt: skip
    return Host(
        name,
        DomainName(f"{name}.hosts.example"),
        (ip_address(f"203.0.113.{number}"), ip_address(f"2001:db8::{number}")),
        PLATFORMS[platform],
        roles=roles,
        **wishes,  # type: ignore[arg-type]
    )


def a_user(address: str, **wishes: object) -> User:
    """A user; addresses among the wishes are texts."""
    changed = dict(wishes)
    if "aliases" in changed:
        changed["aliases"] = tuple(at(each) for each in wishes["aliases"])  # type: ignore[attr-defined]
    if "send_as" in changed:
        changed["send_as"] = tuple(
            AnyAddressOf(DomainName(each[2:])) if each.startswith("*@") else at(each)
            for each in wishes["send_as"]  # type: ignore[attr-defined]
        )
    return User(at(address), HashedPassword(""), **changed)  # type: ignore[arg-type]


def forward(*to: str, keep: bool) -> Forward:
    return Forward(tuple(at(each) for each in to), keep)


def a_domain(
    name: str, store: str = "mail", mx: tuple[str, ...] = ("mail",), **wishes: object
) -> Domain:
    if isinstance(wishes.get("catch_all"), str):
        wishes["catch_all"] = at(wishes["catch_all"])  # type: ignore[arg-type]
    return Domain(DomainName(name), store=store, mx=mx, **wishes)  # type: ignore[arg-type]


def a_system(
    users: tuple[User, ...] = (),
    aliases: dict[str, tuple[str, ...]] | None = None,
    domains: tuple[Domain, ...] = (a_domain("example.org"),),
    hosts: tuple[Host, ...] = (a_host(),),
) -> System:
    return System(
        Path("/nowhere"),
        {host.name: host for host in hosts},
        {domain.name: domain for domain in domains},
        {user.address: user for user in users},
        {at(name): tuple(map(at, targets)) for name, targets in (aliases or {}).items()},
    )


def overridden(backend: str, **values: str) -> tuple[Override, ...]:
    return tuple(Override(backend, name, value) for name, value in values.items())


def postfix(system: System, host: str = "mail") -> Contribution:
    return Postfix().contribute(system, system.hosts[host], NoSecrets())


def opendkim(system: System, host: str = "mail") -> Contribution:
    return OpenDkim().contribute(system, system.hosts[host], NoSecrets())


def text(contribution: Contribution, path: str) -> str:
    found = {artefact.path: artefact.content for artefact in contribution.artefacts}
    return found[path].decode()


def entries(contribution: Contribution, table: str) -> dict[str, str]:
    """A table's source as a mapping."""
    lines = text(contribution, f"postfix/{table}").splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("#"))


def settings(contribution: Contribution) -> dict[str, str]:
    """The settings of main.cf, read as postconf(5) says."""
    lines = text(contribution, "postfix/main.cf").splitlines()
    pairs = (line.split(" =", 1) for line in lines if line and line[0] not in "# ")
    return {name: value.strip() for name, value in pairs}
