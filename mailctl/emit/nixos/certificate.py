"""The host's certificate under NixOS: made there once, got by security.acme, or brought.

One below /var/lib/acme/NAME is security.acme's: its renewal tells the daemons, which read a
certificate when they start or are reloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailctl.backends.certificates.credentials import ENVIRONMENT
from mailctl.backends.tls import certificate_of, server_certificates
from mailctl.bundle import TLS_CHAIN, TLS_KEY
from mailctl.emit.nixos.shapes import Shape
from mailctl.emit.nixos.values import Attrs, Default, Entry, Lines, Raw, entry
from mailctl.model.host import LETS_ENCRYPT, Acme, Host, Role, SelfSigned
from mailctl.render.nix import string

_ACME = re.compile(r"/var/lib/acme/([A-Za-z0-9._*-]+)/[^/]+")
UNIT = "mailctl-certificate"


def renewals(host: Host, shape: Shape) -> Iterator[Entry]:
    """What security.acme gets, where the spec says so, and which services it reloads."""
    if isinstance(host.tls, Acme):
        yield entry("security.acme.acceptTerms", Default(True))
        if host.names and host.answers_by_http and not webroot_of(host):
            yield entry("security.acme.maxConcurrentRenewals", Default(1), _ONE_PORT)
    for name in _acme(host):
        path = ("security", "acme", "certs", name)
        if isinstance(host.tls, Acme):
            yield from order(path, host, host.tls)
            yield Entry((*path, "extraLegoRenewFlags"), ("--reuse-key",), _SAME_KEY)
        yield Entry(
            (*path, "reloadServices"),
            ("postfix.service", f"{shape.dovecot_unit}.service"),
            "A renewed certificate is served at once.",
        )


def order(path: tuple[str, ...], host: Host, tls: Acme) -> Iterator[Entry]:
    """Of whom one certificate is ordered, and how."""
    if tls.email is not None:
        yield Entry((*path, "email"), Default(str(tls.email)))
    if tls.directory != LETS_ENCRYPT:
        yield Entry((*path, "server"), Default(tls.directory))
    if tls.dns is not None:
        yield Entry((*path, "dnsProvider"), Default("rfc2136"), _BY_DNS)
        yield Entry((*path, "environmentFile"), Default(_SECRET), _NOT_IN_THE_STORE)
    elif webroot := webroot_of(host):
        yield Entry((*path, "webroot"), Default(webroot))
    else:
        yield Entry((*path, "listenHTTP"), Default(":80"), _NO_WEB_SERVER)


def webroot_of(host: Host) -> str:
    """The folder of the web server that answers the authority; empty where none does."""
    if not host.answers_by_http:
        return ""
    if isinstance(host.tls, Acme) and host.tls.webroot:
        return host.tls.webroot
    return _CHALLENGES if host.has(Role.WEB) else ""


_CHALLENGES = "/var/lib/acme/acme-challenge"
"""As nixpkgs' modules of web servers have it."""
_NO_WEB_SERVER = (
    "Nothing else is a web server here. Where that is otherwise say webroot or dnsProvider, and "
    "null here."
)
_BY_DNS = "A TXT record answers the authority, by dynamic updates (RFC 2136; RFC 8555, 8.4)."
_NOT_IN_THE_STORE = "The name server, and the TSIG key that signs; systemd reads it as root."
_SECRET = Raw(f"config.services.mailctl.secretFiles.{string(ENVIRONMENT)}")
_ONE_PORT = "One certificate after the other: each is asked for on port 80."
_SAME_KEY = "TLSA records speak of the key, and stay right (RFC 7672, 8.1)."


def ports(host: Host) -> tuple[int, ...]:
    """Where the authority looks for what it asks of us (RFC 8555, 8.3)."""
    return (80,) if host.answers_by_http else ()


def awaited(host: Host) -> tuple[str, ...]:
    """The units after which there is a certificate, be it a provisional one."""
    return tuple(f"acme-{name}.service" for name in _acme(host))


def _acme(host: Host) -> tuple[str, ...]:
    """The names of those certificates that are security.acme's."""
    shown = (certificate_of(host), *(files for _, files in server_certificates(host)))
    return tuple(dict.fromkeys(filter(None, (acme_name(files.certificate) for files in shown))))


def acme_name(path: str) -> str:
    """What security.acme calls the certificate of a path; empty where it has none."""
    found = _ACME.fullmatch(path)
    return found[1] if found else ""


def makes_its_own(host: Host) -> bool:
    """Whether the spec leaves the certificate to the host."""
    return isinstance(host.tls, SelfSigned)


def unit(host: Host, shape: Shape) -> Attrs:
    """The service that makes it, before anybody asks for it."""
    web = ("nginx.service",) if host.has(Role.WEB) else ()
    users = ("postfix.service", f"{shape.dovecot_unit}.service", *web)
    return Attrs(
        (
            entry("description", "A self-signed certificate for mail"),
            entry("wantedBy", users),
            entry("before", users),
            entry("path", (Raw("pkgs.openssl"),)),
            entry(
                "unitConfig.ConditionPathExists",
                f"!{TLS_CHAIN}",
                "Made once: mail clients ask their users about every new one.",
            ),
            entry("serviceConfig.Type", "oneshot"),
            entry("script", Lines(_script(host))),
        )
    )


def _script(host: Host) -> str:
    folder = TLS_KEY.rsplit("/", 1)[0]
    return f"""\
umask 077
mkdir -p {folder}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 3650 \\
  -subj /CN={host.fqdn} -addext subjectAltName=DNS:{host.fqdn} \\
  -keyout {TLS_KEY} -out {TLS_CHAIN}.new
chmod 0644 {TLS_CHAIN}.new
chmod 0755 {folder}
mv {TLS_CHAIN}.new {TLS_CHAIN}
"""
