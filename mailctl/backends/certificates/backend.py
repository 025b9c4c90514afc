"""The host's certificates: got from an authority, or watched where somebody else keeps them."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.base import Vault
from mailctl.backends.certificates.credentials import credentials
from mailctl.backends.certificates.settings import settings
from mailctl.backends.certificates.units import WATCH, links, units
from mailctl.backends.tls import provisional_certificates
from mailctl.bundle import RENEWAL_TIMER, Artefact, Contribution, Link, Service
from mailctl.errors import Finding
from mailctl.model.host import Acme, CertificateFiles, Host
from mailctl.model.system import System
from mailctl.render.environment import render

_SCRIPT, _SETTINGS = "certificates/certificates.sh", "certificates/settings"
_HOOK = "certificates/certbot-deploy.sh"


class Certificates:
    """Nothing where the host makes its own: that one is never renewed unasked. On NixOS
    security.acme does it, with our secret."""

    name = "certificates"

    def contribute(self, system: System, host: Host, vault: Vault) -> Contribution:
        """The script, its settings, and the units that start it."""
        secret = credentials(host, vault)
        if host.platform.is_nixos or not isinstance(host.tls, Acme | CertificateFiles):
            return Contribution(artefacts=secret)
        by_acme = isinstance(host.tls, Acme)
        script = render("certificates/certificates.sh", {})
        started = units(system, host)
        told = ("certificates/", *(unit.path for unit in started))
        return Contribution(
            artefacts=(
                Artefact(_SCRIPT, script, mode=0o755),
                Artefact(_SETTINGS, settings(system, host)),
                *started,
                *secret,
                *((Artefact(_HOOK, _DEPLOY, mode=0o755),) if by_acme else ()),
            ),
            links=(*links(started), *((_HOOK_LINK,) if by_acme else ())),
            packages=(*_packages(host), "openssl"),
            services=(
                *(() if by_acme else (Service(WATCH, restart_on=told),)),
                Service(RENEWAL_TIMER, restart_on=told),
            ),
            provisional=provisional_certificates(system, host),
        )

    def review(self, system: System, host: Host) -> Iterable[Finding]:
        """Nothing that the other rules do not see."""
        del system, host
        return ()


def _packages(host: Host) -> tuple[str, ...]:
    """What asks the authority."""
    if not isinstance(host.tls, Acme):
        return ()
    return ("certbot", "python3-certbot-dns-rfc2136") if host.dns_updates else ("certbot",)


_DEPLOY = b"""\
#!/bin/sh
# Written by mailctl; changes made here are lost.
# certbot(1) runs this after every renewal, whoever asked for it.
exec /var/lib/mailctl/current/certificates/certificates.sh deploy
"""
_HOOK_LINK = Link("/etc/letsencrypt/renewal-hooks/deploy/mailctl", _HOOK)
