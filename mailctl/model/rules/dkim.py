"""DKIM keys that are weak, and tags that no verifier knows (RFC 6376, RFC 8301)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mailctl.errors import Finding, Severity
from mailctl.model.settings import DkimSelector, KeyKind
from mailctl.model.system import System

_REGISTERED_HASHES = ("sha1", "sha256")
_QUEUE_LIFETIME = timedelta(days=5)
"""How long mail is tried (RFC 5321, 4.5.4.1; Postfix' maximal_queue_lifetime)."""


def check(system: System) -> Iterator[Finding]:
    """What verifiers hold against a domain's keys."""
    for domain in system.domains.values():
        if domain.parked:
            continue
        where = ("domains", domain.name, "dkim")
        for key in domain.policy.dkim:
            yield from _warnings(where, key)
        if domain.policy.dkim and domain.policy.dkim_rotation.grace < _QUEUE_LIFETIME:
            yield _grace_short(("domains", domain.name, "dkim_rotation", "grace"))


def _grace_short(where: tuple[str, ...]) -> Finding:
    return Finding(where, "dkim-grace-short",
                   "mail waits in queues for up to five days, longer than its key stays in DNS",
                   "write `grace: 7d`", Severity.WARNING)  # fmt: skip


def _warnings(where: tuple[str, ...], key: DkimSelector) -> Iterator[Finding]:
    if key.key is KeyKind.RSA_1024:
        yield Finding((*where, "key"), "dkim-1024", "1024 bits are the least that verifiers take",
                      "write `key: rsa-2048`", Severity.WARNING)  # fmt: skip
    odd = [name for name in key.hashes.split(":") if name and name not in _REGISTERED_HASHES]
    if odd:
        yield Finding((*where, "hashes"), "dkim-hashes",
                      f"{', '.join(odd)} is no hash of DKIM; verifiers ignore it (RFC 6376, 7.7)",
                      "leave `hashes:` out", Severity.WARNING)  # fmt: skip
    if "sha1" in key.hashes.split(":"):
        yield Finding((*where, "hashes"), "dkim-hashes", "sha1 must not be used (RFC 8301)",
                      "leave `hashes:` out", Severity.WARNING)  # fmt: skip
