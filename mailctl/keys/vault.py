"""The secrets of one spec as the compiler sees them: given, or withheld."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from mailctl.dns.dkim import PublicKey, PublicKeys
from mailctl.keys.dkim import SigningKey, existing_key, signing_key
from mailctl.keys.hashing import argon2id
from mailctl.keys.redaction import Redaction
from mailctl.keys.salt import read_salt, salt_for
from mailctl.model.host import DnsUpdates, Host
from mailctl.model.names import Address, DomainName
from mailctl.model.secret import HashedPassword, SecretSource
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System
from mailctl.model.tsig_key import TsigKey
from mailctl.model.user import User

Place = TypeVar("Place")
Answer = TypeVar("Answer")

_WORTH_THREADS = 4


class KeyVault:
    """Reads each secret once and remembers it. `redaction` knows all that was read so far."""

    def __init__(self, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._folder = folder
        self._environment = environment
        self._salt = b""
        self._hashes: dict[Address, str] = {}
        self._keys: dict[tuple[DomainName, str], SigningKey] = {}
        self._tsig_keys: dict[SecretSource, TsigKey] = {}
        self.redaction = Redaction()

    def password_hash(self, user: User) -> str:
        """The user's password as `{SCHEME}hash`. Raises SecretError."""
        known = self._hashes.get(user.address)
        if known is None:
            known = self._hashes[user.address] = self._read_hash(user)
        return known

    def private_key(self, domain: DomainName, selector: DkimSelector) -> bytes:
        """The PEM of a DKIM key, made when there is none. Raises SecretError."""
        return self._signing_key(domain, selector).pem

    def public_key(self, domain: DomainName, selector: DkimSelector) -> PublicKey:
        """The public half of the same key. Raises SecretError."""
        return self._signing_key(domain, selector).public

    def existing_key(self, domain: DomainName, selector: DkimSelector) -> SigningKey | None:
        """The pair, or None where it would have to be made. Raises SecretError."""
        known = self._keys.get((domain, selector.selector))
        return known or self._kept(domain, selector, existing_key(self._folder, domain, selector))

    def tsig_key(self, host: Host, updates: DnsUpdates) -> TsigKey:
        """The key that signs the host's updates of DNS. Raises SecretError."""
        known = self._tsig_keys.get(updates.tsig_key)
        if known is None:
            from mailctl.keys.tsig_source import read_tsig_source  # few hosts have one

            known = read_tsig_source(host.name, updates.tsig_key, self._environment)
            self._tsig_keys[updates.tsig_key] = known
            self.redaction.add(known.base64)
        return known

    def read_passwords(self, users: Iterable[User]) -> None:
        """Ask all sources at once: hashing takes 20 ms each, and every processor can help.

        Raises the SecretError of the first user, in the given order, whose source fails.
        """
        asked = [user for user in users if not isinstance(user.password, HashedPassword)]
        _all_at_once(self.password_hash, asked)

    def _read_hash(self, user: User) -> str:
        from mailctl.keys.secrets import Hash, read_password  # DNS needs no password

        password = read_password(user, self._environment)
        self.redaction.add(password.text)
        if isinstance(password, Hash):
            return password.text
        self._salt = self._salt or read_salt(self._folder)
        made = argon2id(password.text, salt_for(self._salt, user.address))
        self.redaction.add(made)
        return made

    def _signing_key(self, domain: DomainName, selector: DkimSelector) -> SigningKey:
        known = self._keys.get((domain, selector.selector))
        if known is None:
            known = signing_key(self._folder, domain, selector)
            self._kept(domain, selector, known)
        return known

    def _kept(
        self, domain: DomainName, selector: DkimSelector, key: SigningKey | None
    ) -> SigningKey | None:
        if key is not None:
            self._keys[domain, selector.selector] = key
            self.redaction.add(key.pem.decode("ascii", "replace"))
        return key


class WithheldVault:
    """Gives no secret; artefacts that need one come out empty and marked as withheld."""

    def password_hash(self, user: User) -> None:
        return None

    def private_key(self, domain: DomainName, selector: DkimSelector) -> None:
        return None

    def tsig_key(self, host: Host, updates: DnsUpdates) -> None:
        return None


def public_keys(system: System, vault: KeyVault) -> PublicKeys:
    """The public halves of all selectors of all domains that are signed, but of revoked ones;
    makes missing keys."""
    wanted = [
        (domain.name, selector)
        for domain in system.domains.values()
        if not domain.parked
        for selector in domain.policy.dkim
        if not selector.revoked
    ]
    # making one takes 50 ms, in which Python's lock is free; reading one is over too soon
    missing = [place for place in wanted if vault.existing_key(*place) is None]
    _all_at_once(lambda place: vault.public_key(*place), missing)
    return {
        (name, selector.selector): vault.public_key(name, selector) for name, selector in wanted
    }


def _all_at_once(ask: Callable[[Place], Answer], places: list[Place]) -> list[Answer]:
    """The answers in the order of the places; the work behind them runs outside Python's lock."""
    if len(places) < _WORTH_THREADS:
        return [ask(place) for place in places]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(ask, places))
