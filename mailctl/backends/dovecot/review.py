"""What a spec may say and Dovecot cannot do, refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.errors import Finding
from mailctl.model.host import CertificateFiles, Host, Role
from mailctl.model.system import System


def serves(host: Host) -> bool:
    """Whether the host needs Dovecot at all: it keeps mail, or knows who may send."""
    return host.has(Role.STORE) or host.has(Role.SUBMISSION)


def review(system: System, host: Host) -> Iterable[Finding]:
    """Overrides that cannot stand, and certificate paths that the file cannot hold."""
    del system
    if not serves(host):
        return
    if any(override.backend == "dovecot" for override in host.overrides):
        from mailctl.backends.dovecot import overrides  # most hosts have none

        yield from overrides.review(host)
    if isinstance(host.tls, CertificateFiles):
        for key in ("certificate", "key"):
            yield from _review_path(getattr(host.tls, key), ("hosts", host.name, "tls", key))


def _review_path(text: str, where: tuple[str, ...]) -> Iterable[Finding]:
    from mailctl.render.dovecot import path  # most hosts have a certificate of their own

    try:
        path(text)
    except ValueError:
        yield Finding(
            where,
            "dovecot-path",
            f"dovecot.conf cannot hold the path {text!r:.80}",
            "use letters, digits and ._/+@=,- only, or make a link with such a name",
        )
