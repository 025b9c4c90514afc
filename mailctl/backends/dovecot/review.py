"""What a spec may say and Dovecot cannot do, refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.tls import certificate_paths
from mailctl.errors import Finding, SpecPath
from mailctl.model.host import Host, Role
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
    for where, text in certificate_paths(host):
        yield from _review_path(text, where)


def _review_path(text: str, where: SpecPath) -> Iterable[Finding]:
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
