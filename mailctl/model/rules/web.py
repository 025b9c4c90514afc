"""Web hosts: what they need so that anybody believes them."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding, Severity
from mailctl.model.host import Role, SelfSigned
from mailctl.model.system import System


def check(system: System) -> Iterator[Finding]:
    """Platforms on which we have no web server, and certificates that no client trusts."""
    for host in system.hosts.values():
        if not host.has(Role.WEB):
            continue
        if host.platform.is_nixos:
            yield Finding(
                ("hosts", host.name, "roles"),
                "web-platform",
                f"{host.name} is on {host.platform.name}, where nothing is served over HTTPS",
                "give the role `web` to a Debian host, or leave it out",
            )
        elif isinstance(host.tls, SelfSigned):
            yield Finding(
                ("hosts", host.name, "roles"),
                "web-certificate",
                f"{host.name} shows a self-signed certificate, so that mail servers and mail "
                "clients take nothing from it",
                "write `tls: acme`, or bring a certificate for its names",
                Severity.WARNING,
            )
