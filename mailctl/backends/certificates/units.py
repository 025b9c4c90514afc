"""The systemd units that start the script: in good time, and when files have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.backends.certificates.settings import webroot_of
from mailctl.backends.tls import watched_files
from mailctl.bundle import CURRENT, RENEWAL_TIMER, Artefact, Link
from mailctl.model.host import Acme, CertificateFiles, Host, Role

SCRIPT = f"{CURRENT}/certificates/certificates.sh"
_NAME = RENEWAL_TIMER.removesuffix(".timer")
_HEAD = "# Written by mailctl; changes made here are lost."

WATCH = f"{_NAME}.path"


def units(host: Host) -> tuple[Artefact, ...]:
    """The service, and what starts it."""
    parts = {"service": _service(host), "timer": _timer(host)}
    if watched := watched_files(host):
        parts["path"] = _path(files for _, files in watched)
    return tuple(
        Artefact(f"systemd/{_NAME}.{kind}", "".join(f"{line}\n" for line in lines).encode())
        for kind, lines in parts.items()
    )


def links(host: Host) -> tuple[Link, ...]:
    """Where systemd finds them (systemd.unit(5))."""
    return tuple(
        Link(f"/etc/systemd/system/{path.removeprefix('systemd/')}", path)
        for path in (unit.path for unit in units(host))
    )


def _service(host: Host) -> Iterator[str]:
    by_acme, webroot = isinstance(host.tls, Acme), webroot_of(host)
    yield from (_HEAD, "[Unit]")
    yield "Description=" + ("Get and renew" if by_acme else "Watch") + " the certificates for mail"
    if by_acme:
        server = " nginx.service" if host.has(Role.WEB) else ""
        yield from (f"After=network-online.target{server}", "Wants=network-online.target")
    yield from (
        "[Service]",
        "Type=oneshot",
        f"ExecStart={SCRIPT} {'obtain' if by_acme else 'watch'}",
        "TimeoutStartSec=15min",
        "# it reads keys, and runs a program that talks to the world",
        "ProtectSystem=strict",
        "StateDirectory=mailctl/tls" + (" letsencrypt" if by_acme else ""),
    )
    if by_acme:
        yield "ConfigurationDirectory=letsencrypt"
        yield from ("LogsDirectory=letsencrypt", "LogsDirectoryMode=0700")
    if webroot:
        yield f"ReadWritePaths={webroot}"
    yield from (
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "NoNewPrivileges=yes",
        "ProtectKernelTunables=yes",
        "ProtectControlGroups=yes",
        "RestrictSUIDSGID=yes",
    )


def _timer(host: Host) -> Iterator[str]:
    by_acme = isinstance(host.tls, Acme)
    yield from (_HEAD, "[Unit]")
    yield "Description=" + (
        "Get certificates for mail that are missing or due"
        if by_acme
        else "See whether every daemon shows the certificate for mail"
    )
    yield from (
        "[Timer]",
        "# at once when an apply has changed something, and then every two hours: an authority",
        "# that is down may be up by then. certbot orders what is missing or due, and no more.",
        "OnActiveSec=0",
        "OnBootSec=2min",
        "OnUnitInactiveSec=2h",
        "[Install]",
        "WantedBy=timers.target",
    )


def _path(watched: Iterable[CertificateFiles]) -> Iterator[str]:
    yield from (
        _HEAD,
        "[Unit]",
        "Description=Watch for a renewed certificate for mail",
        "[Path]",
        *(f"PathChanged={path}" for path in _paths(watched)),
        "[Install]",
        "WantedBy=multi-user.target",
    )


def _paths(watched: Iterable[CertificateFiles]) -> tuple[str, ...]:
    """Each once: chain and key, or the files of several names, may be one."""
    return tuple(dict.fromkeys(path for each in watched for path in (each.certificate, each.key)))
