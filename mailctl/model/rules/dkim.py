"""DKIM keys that are weak, large or unknown to many, and tags that no verifier knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from mailctl.errors import Finding, Severity, SpecPath
from mailctl.model.settings import DkimSelector, KeyKind
from mailctl.model.system import System

_REGISTERED_HASHES = ("sha1", "sha256")
"""RFC 6376, 7.7."""
_LONGEST_NAME = 253
_QUEUE_LIFETIME = timedelta(days=5)
"""How long mail is tried (RFC 5321, 4.5.4.1; Postfix' maximal_queue_lifetime)."""


def check(system: System) -> Iterator[Finding]:
    """What verifiers hold against a domain's keys."""
    for domain in system.domains.values():
        keys = domain.policy.dkim
        if domain.parked or not keys:
            continue
        where: SpecPath = ("domains", domain.name, "dkim")
        for index, key in enumerate(keys):
            place = (*where, index) if len(keys) > 1 else where
            yield from _size(place, key)
            yield from _hashes(place, key)
            yield from _name(place, key, domain.name)
        yield from _signing_key(where, keys)
        if domain.policy.dkim_rotation.grace < _QUEUE_LIFETIME:
            yield _grace_short(("domains", domain.name, "dkim_rotation", "grace"))


def _name(where: SpecPath, key: DkimSelector, domain: str) -> Iterator[Finding]:
    """RFC 1035, 2.3.4: 255 octets on the wire are 253 characters."""
    length = len(f"{key.selector}._domainkey.{domain}")
    if length > _LONGEST_NAME:
        yield Finding((*where, "selector"), "bad-selector",
                      f"the name of its record has {length} characters; {_LONGEST_NAME} are legal",
                      "shorten the selector, or the domain")  # fmt: skip


def _grace_short(where: SpecPath) -> Finding:
    return Finding(where, "dkim-grace-short",
                   "mail waits in queues for up to five days, longer than its key stays in DNS",
                   "write `grace: 7d`", Severity.WARNING)  # fmt: skip


def _size(where: SpecPath, key: DkimSelector) -> Iterator[Finding]:
    if key.key is KeyKind.RSA_1024:
        yield Finding((*where, "key"), "dkim-1024", "1024 bits are the least that verifiers take",
                      "write `key: rsa-2048`", Severity.WARNING)  # fmt: skip
    if key.key is KeyKind.RSA_4096:
        yield Finding((*where, "key"), "dkim-large",
                      "a key of 4096 bits does not fit into a DNS answer of 512 bytes, and some "
                      "DNS panels refuse it", "write `key: rsa-2048`", Severity.WARNING
                      )  # fmt: skip


def _hashes(where: SpecPath, key: DkimSelector) -> Iterator[Finding]:
    odd = [name for name in key.hashes.split(":") if name and name not in _REGISTERED_HASHES]
    if odd:
        yield Finding((*where, "hashes"), "dkim-hashes",
                      f"{', '.join(odd)} is no hash of DKIM; verifiers ignore it (RFC 6376, 7.7)",
                      "leave `hashes:` out", Severity.WARNING)  # fmt: skip
    if "sha1" in key.hashes.split(":"):
        yield Finding((*where, "hashes"), "dkim-hashes", "sha1 must not be used (RFC 8301)",
                      "leave `hashes:` out", Severity.WARNING)  # fmt: skip


def _signing_key(where: SpecPath, keys: Sequence[DkimSelector]) -> Iterator[Finding]:
    """The first key signs; verifiers must know Ed25519 (RFC 8463, 5), and many do not."""
    if keys[0].key is not KeyKind.ED25519:
        return
    place = (*where, 0, "key") if len(keys) > 1 else (*where, "key")
    hint = "publish an RSA key too, as the first, which signs"
    yield Finding(place, "dkim-ed25519-only",
                  "mail is signed by Ed25519 alone, which several large receivers do not verify",
                  hint, Severity.WARNING)  # fmt: skip
