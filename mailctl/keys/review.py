"""What is wrong with the keys and password files that are there already, found at `check`.

Nothing is made, and neither variables nor commands are asked: those belong to the moment in
which their answer is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, SecretError
from mailctl.keys.certificates import key_digest
from mailctl.keys.places import key_path
from mailctl.keys.secrets import read_password
from mailctl.model.secret import PasswordFile
from mailctl.model.system import System


def findings(system: System) -> Iterator[Finding]:
    """A finding for each key and each password file that apply would stumble over."""
    yield from _of_keys(system)
    yield from _of_password_files(system)
    yield from _of_certificates(system)


def _of_keys(system: System) -> Iterator[Finding]:
    for domain in system.domains.values():
        for selector in () if domain.parked else domain.policy.dkim:
            if not key_path(system.folder, domain.name, selector.selector).exists():
                continue
            from mailctl.keys.dkim import signing_key  # cryptography is slow to import

            try:
                signing_key(system.folder, domain.name, selector)
            except SecretError as error:
                yield Finding(
                    ("domains", domain.name, "dkim"), "bad-key", error.message, error.hint
                )


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
            try:
                read_password(user)
            except SecretError as error:
                place = ("users", str(user.address), "password", "file")
                yield Finding(place, "bad-password", error.message, error.hint)
