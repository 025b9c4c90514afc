"""The systemd units that start the script: in good time, and when files have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.backends.certificates.settings import webroot_of
from mailctl.backends.tls import acme_certificates, watched_files
from mailctl.bundle import CURRENT, RENEWAL_TIMER, Artefact, Link
from mailctl.model.host import Acme, CertificateFiles, Host, Role
from mailctl.model.system import System

SCRIPT = f"{CURRENT}/certificates/certificates.sh"
_NAME = RENEWAL_TIMER.removesuffix(".timer")
_HEAD = "# Written by mailctl; changes made here are lost."

WATCH = f"{_NAME}.path"
_AGAIN = f"{_NAME}-again@.service"


def units(system: System, host: Host) -> tuple[Artefact, ...]:
    """The service, and what starts it."""
    parts = {f"{_NAME}.service": _service(system, host), f"{_NAME}.timer": _timer(host)}
    if watched := watched_files(host):
        parts[WATCH] = _path(files for _, files in watched)
        parts[_AGAIN] = _again()
    return tuple(
        Artefact(f"systemd/{name}", "".join(f"{line}\n" for line in lines).encode())
        for name, lines in parts.items()
    )


def links(started: Iterable[Artefact]) -> tuple[Link, ...]:
    """Where systemd finds these units (systemd.unit(5))."""
    return tuple(
        Link(f"/etc/systemd/system/{path.removeprefix('systemd/')}", path)
        for path in (unit.path for unit in started)
    )


def _service(system: System, host: Host) -> Iterator[str]:
    by_acme, webroot = isinstance(host.tls, Acme), webroot_of(host)
    yield from (_HEAD, "[Unit]")
    yield "Description=" + ("Get and renew" if by_acme else "Watch") + " the certificates for mail"
    if by_acme:
        server = " nginx.service" if host.has(Role.WEB) and host.answers_by_http else ""
        yield from (f"After=network-online.target{server}", "Wants=network-online.target")
    else:
        yield from (
            "# systemd.path(5) sees no change while this runs, nor one until it looks again",
            # (instances: systemd warns of a unit that waits for one other in two ways)
            f"OnSuccess={_AGAIN.replace('@', '@success')}",
            f"OnFailure={_AGAIN.replace('@', '@failure')}",
            "# whoever replaces many files starts this many times",
            "StartLimitIntervalSec=0",
        )
    yield from (
        "[Service]",
        "Type=oneshot",
        f"ExecStart={SCRIPT} {'obtain' if by_acme else 'watch'}",
        f"TimeoutStartSec={_patience(system, host)}",
        "# it reads keys, and runs a program that talks to the world",
        "ProtectSystem=strict",
        "StateDirectory=mailctl/tls" + (" letsencrypt" if by_acme else ""),
    )
    if by_acme:
        yield "ConfigurationDirectory=letsencrypt"
        yield from ("LogsDirectory=letsencrypt", "LogsDirectoryMode=0700")
    if webroot:
        yield f"ReadWritePaths={webroot}"
    yield from _CONFINED


_CONFINED = (
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "NoNewPrivileges=yes",
    "ProtectKernelTunables=yes",
    "ProtectControlGroups=yes",
    "RestrictSUIDSGID=yes",
)


def _again() -> Iterator[str]:
    yield from (
        _HEAD,
        "[Unit]",
        "Description=See whether a certificate for mail changed while they were looked at",
        "StartLimitIntervalSec=0",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={SCRIPT} again",
        "ProtectSystem=strict",
        "StateDirectory=mailctl/tls",
        *_CONFINED,
    )


_MINUTES = 15
_SILENCE = 4 * 45
"""Seconds for which certbot waits for a name server that is silent: by TCP and by UDP, before it
adds a record and before it takes it away."""


def _patience(system: System, host: Host) -> str:
    """As systemd.time(7) has it; by DNS one certificate after the other waits for name servers."""
    if host.dns_updates is None:
        return f"{_MINUTES}min"
    each = host.dns_updates.propagation_seconds + _SILENCE
    count = len(acme_certificates(system, host)) + len(host.waiting_keys)
    return f"{_MINUTES}min {each * count}s"


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
