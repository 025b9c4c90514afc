"""What the host's script is told: one thing a line, its fields separated by tabs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.backends.postfix.unit import unit_name
from mailctl.backends.tls import acme_certificates, watched_files
from mailctl.bundle import ACME_WEBROOT
from mailctl.model.host import Acme, CertificateFiles, Host, Role
from mailctl.model.listening import tls_ports
from mailctl.model.system import System
from mailctl.model.tls_key import KeyStage
from mailctl.resolver.answer import Server


def settings(system: System, host: Host) -> bytes:
    """The file that templates/certificates/certificates.sh reads."""
    lines = (*_source(system, host), *_users(host))
    return "".join(f"{line}\n" for line in map(_line, lines)).encode()


def _source(system: System, host: Host) -> Iterator[tuple[str, ...]]:
    for name, files in watched_files(host):
        yield ("files", name, files.certificate, files.key)
    if isinstance(host.tls, Acme):
        yield ("directory", host.tls.directory)
        if host.tls.email is not None:
            yield ("email", str(host.tls.email))
        if webroot := webroot_of(host):
            yield ("webroot", webroot)
        if updates := host.dns_updates:
            server = Server(str(updates.server), updates.port)
            yield ("dns", str(server), str(updates.propagation_seconds))
        for certificate in acme_certificates(system, host):
            ports = "443:" if certificate.of_the_web else _mail_ports(host)
            yield ("certificate", certificate.name, ",".join(certificate.names), ports)
        yield from _keys(host)


def _keys(host: Host) -> Iterator[tuple[str, ...]]:
    """Where TLSA records pin the host's key: which one is shown, and no other; those that it has
    certificates for besides; and those that are done with."""
    if shown := host.shown_key:
        yield ("shown", host.fqdn, shown.lineage(host.fqdn), shown.digest)
    for key in host.waiting_keys:
        yield ("waiting", key.lineage(host.fqdn), host.fqdn)
    for key in host.tls_keys:
        if key.stage is KeyStage.REMOVED:
            yield ("gone", key.lineage(host.fqdn))


def _users(host: Host) -> Iterator[tuple[str, ...]]:
    """The units that read it, and the ports on which they show it."""
    yield ("unit", unit_name(host))
    if host.has(Role.STORE):
        yield ("unit", "dovecot.service")
    if host.has(Role.WEB):
        yield ("unit", "nginx.service")
    if isinstance(host.tls, CertificateFiles):
        yield ("ports", _mail_ports(host))


def _mail_ports(host: Host) -> str:
    return ",".join(f"{port.number}:{port.starttls}" for port in tls_ports(host))


def webroot_of(host: Host) -> str:
    """Where a web server looks for what the authority asks for; empty where there is none."""
    if not isinstance(host.tls, Acme) or not host.answers_by_http:
        return ""
    return ACME_WEBROOT if host.has(Role.WEB) else host.tls.webroot


def _line(fields: Iterable[str]) -> str:
    """Raises ValueError for what would be read as two fields, or as two lines."""
    text = "\t".join(fields)
    if not all(field and field.isprintable() for field in text.split("\t")):
        raise ValueError(f"the certificates' settings cannot hold {text!r}")
    return text
