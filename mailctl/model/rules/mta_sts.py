"""MTA-STS promises certificates that senders can check (RFC 8461, 4.2)."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.domain import Domain
from mailctl.model.host import SelfSigned
from mailctl.model.settings import MtaSts
from mailctl.model.system import System


def check(system: System) -> Iterator[Finding]:
    """A policy for hosts whose certificates nobody can check keeps mail away."""
    for domain in system.domains.values():
        if domain.policy.mta_sts is not None and not domain.parked:
            yield from _of(system, domain, domain.policy.mta_sts)


def _of(system: System, domain: Domain, sts: MtaSts) -> Iterator[Finding]:
    hosts = [system.hosts[name] for name in domain.mx if name in system.hosts]
    unproven = [host.name for host in hosts if isinstance(host.tls, SelfSigned)]
    if not unproven or sts.mode == "none":
        return
    enforced = sts.mode == "enforce"
    yield Finding(
        ("domains", domain.name, "mta_sts", "mode"),
        "mta-sts-certificate",
        f"{', '.join(unproven)} shows a self-signed certificate, "
        + ("so that senders keep their mail" if enforced else "which every report will say"),
        "write `tls: acme`, or bring a certificate by `tls: {certificate: ..., key: ...}`",
        Severity.ERROR if enforced else Severity.WARNING,
    )
