"""Systems for tests of Dovecot and Sieve: the examples on either release, and small ones."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from mailctl.bundle import Artefact, Contribution
from mailctl.model.domain import Domain
from mailctl.model.host import DnsUpdates, Host, Override, Protocols
from mailctl.model.names import Address, DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.model.secret import HashedPassword
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System
from mailctl.model.user import User
from mailctl.spec.load import load

ROOT = Path(__file__).parents[3]
EXAMPLES = ("office", "pair", "talk")
DEBIANS = ("debian-12", "debian-13")
HASH = "{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$c2VjcmV0"
EXAMPLE_DOMAIN = DomainName("mail.example")


class OpenVault:
    """Gives every user the same hash, and no keys."""

    def __init__(self, hashed: str | None = HASH) -> None:
        self._hashed = hashed

    def password_hash(self, user: User) -> str | None:
        return self._hashed

    def private_key(self, domain: DomainName, selector: DkimSelector) -> bytes | None:
        return None

    def tsig_key(self, host: Host, updates: DnsUpdates) -> None:
        return None


def example(name: str, platform: str) -> System:
    """An example of the checkout with all of its hosts on one platform."""
    system = load(ROOT / "examples" / name / "mail.yaml")
    hosts = {
        host.name: replace(host, platform=PLATFORMS[platform]) for host in system.hosts.values()
    }
    return replace(system, hosts=hosts)


def user(local: str, **wishes: object) -> User:
    """A user of the small system."""
    return User(Address(local, EXAMPLE_DOMAIN), HashedPassword(HASH), **wishes)  # type: ignore[arg-type]


def small_host(platform: str = "debian-13", **wishes: object) -> Host:
    """A host that speaks everything, unless told otherwise."""
    return replace(
        Host(
            "mail",
            DomainName("host.mail.example"),
            (ip_address("203.0.113.10"),),
            PLATFORMS[platform],
            protocols=Protocols(imap=True, pop3=True, managesieve=True),
        ),
        **wishes,
    )


def small_system(host: Host, *users: User, domain: Domain | None = None) -> System:
    """One host, one domain, these users."""
    stored = domain or Domain(EXAMPLE_DOMAIN, store=host.name, mx=(host.name,))
    return System(
        Path(),
        {host.name: host},
        {stored.name: stored},
        {each.address: each for each in users},
        {},
    )


def override(name: str, value: str) -> Override:
    return Override("dovecot", name, value)


def artefact(content: Contribution, path: str) -> Artefact:
    """The one artefact at this path."""
    (found,) = (each for each in content.artefacts if each.path == path)
    return found


def text(content: Contribution, path: str) -> str:
    return artefact(content, path).content.decode()
