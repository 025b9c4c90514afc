"""Web hosts: what they need so that anybody believes them."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.host import Role, SelfSigned
from mailctl.model.system import System


def check(system: System) -> Iterator[Finding]:
    """Certificates that no client trusts."""
    for host in system.hosts.values():
        if host.has(Role.WEB) and isinstance(host.tls, SelfSigned):
            yield Finding(
                ("hosts", host.name, "roles"),
                "web-certificate",
                f"{host.name} shows a self-signed certificate, so that mail servers and mail "
                "clients take nothing from it",
                "write `tls: acme`, or bring a certificate for its names",
                Severity.WARNING,
            )
