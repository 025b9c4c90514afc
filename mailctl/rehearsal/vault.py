"""The secrets of a rehearsal: known passwords, and the spec's own keys where it has some.

Nothing is written beside the spec: keys that are not there yet are made for this run alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from mailctl.dns.dkim import PublicKeys
from mailctl.keys.dkim import SigningKey, signing_key
from mailctl.keys.hashing import argon2id
from mailctl.keys.places import key_path
from mailctl.keys.salt import salt_for
from mailctl.keys.tsig_source import read_tsig_source
from mailctl.model.host import DnsUpdates, Host
from mailctl.model.names import Address, DomainName
from mailctl.model.secret import PasswordFile, SecretSource
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System
from mailctl.model.tsig_key import TsigKey
from mailctl.model.user import User


class RehearsalVault:
    """`folder` takes the keys that the spec lacks; `spec_folder` is only read."""

    def __init__(self, folder: Path, spec_folder: Path, passwords: Mapping[Address, str]) -> None:
        self._folder = folder
        self._spec_folder = spec_folder
        self._passwords = passwords
        self._salt = secrets.token_bytes(32)
        self._hashes: dict[Address, str] = {}
        self._tsig_keys: dict[SecretSource, TsigKey] = {}

    def password_hash(self, user: User) -> str:
        """As `apply` would hash the clear text, so that the daemon shows that it can read it."""
        if user.address not in self._hashes:
            self._hashes[user.address] = argon2id(
                self._passwords[user.address], salt_for(self._salt, user.address)
            )
        return self._hashes[user.address]

    def private_key(self, domain: DomainName, selector: DkimSelector) -> bytes:
        """The PEM of a DKIM key. Raises SecretError."""
        return self.signing_key(domain, selector).pem

    def signing_key(self, domain: DomainName, selector: DkimSelector) -> SigningKey:
        """The pair; raises SecretError when the spec's own file cannot be read."""
        known = selector.state is not None
        own = known or key_path(self._spec_folder, domain, selector.selector).exists()
        return signing_key(self._spec_folder if own else self._folder, domain, selector)

    def tsig_key(self, host: Host, updates: DnsUpdates) -> TsigKey:
        """The spec's own, where it lies in a file; raises SecretError when that cannot be read.
        Variables and commands are not asked: the world takes a key of this run as well."""
        source = updates.tsig_key
        if source not in self._tsig_keys:
            own = isinstance(source, PasswordFile) and source.path.exists()
            made = f"mailctl-rehearsal-{len(self._tsig_keys) + 1}"
            self._tsig_keys[source] = (
                read_tsig_source(host.name, source)
                if own
                else TsigKey(made, "hmac-sha256", secrets.token_bytes(32))
            )
        return self._tsig_keys[source]

    def public_keys(self, system: System) -> PublicKeys:
        """What DNS publishes, of all selectors of all domains that are signed."""
        return {
            (domain.name, selector.selector): self.signing_key(domain.name, selector).public
            for domain in system.domains.values()
            if not domain.parked
            for selector in domain.policy.dkim
            if not selector.revoked
        }
