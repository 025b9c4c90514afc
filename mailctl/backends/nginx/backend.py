"""nginx on one host: its whole configuration, the files that it serves, its service."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.base import Vault
from mailctl.backends.nginx.sites import sites
from mailctl.backends.tls import CIPHERS, curves
from mailctl.bundle import (
    ACME_WEBROOT,
    CURRENT,
    TREE,
    Artefact,
    Command,
    Contribution,
    Directory,
    Link,
    Service,
)
from mailctl.errors import Finding
from mailctl.model.host import Host, Role
from mailctl.model.system import System
from mailctl.render.environment import render
from mailctl.render.nginx import FILTERS

_CONFIGURATION = "nginx/nginx.conf"


class Nginx:
    """Serves policies of MTA-STS and what mail clients are set up with."""

    name = "nginx"

    def contribute(self, system: System, host: Host, vault: Vault) -> Contribution:
        """Nothing where the host does not have the role."""
        del vault
        if not host.has(Role.WEB) or host.platform.is_nixos:
            return Contribution()
        served = sites(system, host)
        configuration = render(
            "nginx/nginx.conf",
            FILTERS,
            host=host,
            sites=served,
            ciphers=CIPHERS,
            curves=":".join(curves(host.platform)),
            tree=CURRENT,
            challenges=ACME_WEBROOT if host.answers_by_http else "",
            newer=any(address.version == 6 for address in host.addresses),
        )
        pages = (page for site in served for page in site.pages)
        return Contribution(
            artefacts=(
                Artefact(_CONFIGURATION, configuration),
                *(Artefact(page.file, page.content) for page in pages),
            ),
            directories=(Directory(ACME_WEBROOT),) if host.answers_by_http else (),
            links=(Link("/etc/nginx/nginx.conf", _CONFIGURATION),),
            packages=("nginx-light",),
            checks=(
                Command(
                    ("nginx", "-t", "-q", "-c", f"{TREE}/{_CONFIGURATION}"),
                    "nginx accepts its configuration",
                ),
            ),
            services=(Service("nginx.service", reload_on=("nginx/",)),),
        )

    def review(self, system: System, host: Host) -> Iterable[Finding]:
        """Nothing that the rules on hosts do not see."""
        del system, host
        return ()
