"""What is wrong with the keys and password files that are there already, found at `check`.

Nothing is made, and neither variables nor commands are asked: those belong to the moment in
which their answer is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailctl.errors import Finding, SecretError
from mailctl.keys.certificates import key_digest
from mailctl.keys.places import key_path
from mailctl.model.names import DomainName
from mailctl.model.secret import PasswordFile
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System

if TYPE_CHECKING:
    from mailctl.keys.vault import KeyVault


def findings(system: System, vault: KeyVault | None = None) -> Iterator[Finding]:
    """A finding for each key and each password file that apply would stumble over. A vault
    remembers the keys that are read here, for whoever needs them next."""
    yield from _of_keys(system, vault)
    yield from _of_password_files(system)
    yield from _of_certificates(system)
    yield from _of_tsig_keys(system)


def _of_keys(system: System, vault: KeyVault | None) -> Iterator[Finding]:
    """Keys that are not there yet are made when they are needed, but for those that a rotation
    file tells of."""
    for domain in system.domains.values():
        for selector in () if domain.parked else domain.policy.dkim:
            if selector.revoked:
                continue
            if vault is None:
                if not _is_expected(system, domain.name, selector):
                    continue
                from mailctl.keys.vault import KeyVault  # cryptography is slow to import

                vault = KeyVault(system.folder)
            try:
                vault.existing_key(domain.name, selector)
            except SecretError as error:
                yield Finding(
                    ("domains", domain.name, "dkim"), "bad-key", error.message, error.hint
                )


def _is_expected(system: System, domain: DomainName, selector: DkimSelector) -> bool:
    """Whether the file is there, or must be."""
    known = selector.state is not None
    return known or key_path(system.folder, domain, selector.selector).exists()


def _of_certificates(system: System) -> Iterator[Finding]:
    for host in system.hosts.values():
        for index, path in enumerate(host.tlsa):
            try:
                key_digest(path)
            except SecretError as error:
                place = ("hosts", host.name, "tlsa", index)
                yield Finding(place, "bad-certificate", error.message, error.hint)


def _of_password_files(system: System) -> Iterator[Finding]:
    for user in system.users.values():
        if isinstance(user.password, PasswordFile):
            from mailctl.keys.secrets import read_password  # the other sources are not asked yet

            try:
                read_password(user)
            except SecretError as error:
                place = ("users", str(user.address), "password", "file")
                yield Finding(place, "bad-password", error.message, error.hint)


def _of_tsig_keys(system: System) -> Iterator[Finding]:
    for host in system.hosts.values():
        dns = host.dns_updates
        if dns is not None and isinstance(dns.tsig_key, PasswordFile):
            from mailctl.keys.tsig_source import read_tsig_source  # few hosts have one

            try:
                read_tsig_source(host.name, dns.tsig_key)
            except SecretError as error:
                place = ("hosts", host.name, "tls", "acme", "dns", "tsig_key", "file")
                yield Finding(place, "bad-tsig-key", error.message, error.hint)
