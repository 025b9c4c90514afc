"""What a spec may say and OpenDKIM cannot do, refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.opendkim.signers import signers_of
from mailctl.errors import Finding
from mailctl.model.host import Host
from mailctl.model.settings import KeyKind
from mailctl.model.system import System


def review(system: System, host: Host) -> Iterable[Finding]:
    """Overrides that OpenDKIM lacks, or that would change what is signed; mixed keys."""
    if any(override.backend == "opendkim" for override in host.overrides):
        from mailctl.backends.opendkim import overrides  # most hosts have none

        yield from overrides.review(host)
    yield from _review_kinds(system, host)


def _review_kinds(system: System, host: Host) -> Iterable[Finding]:
    """OpenDKIM has one SignatureAlgorithm: with a key of the other kind it refuses the mail."""
    signers = signers_of(system, host)
    modern = [name for name, selector in signers if selector.key is KeyKind.ED25519]
    if len(modern) in (0, len(signers)):
        return
    for name in modern:
        yield Finding(
            ("domains", name),
            "dkim-algorithm",
            f"{host.name} signs other domains with RSA and cannot sign {name} with Ed25519 too",
            "give the domain an RSA key as its first selector, or all of them an Ed25519 key",
            on_key=True,
        )
