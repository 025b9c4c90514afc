"""What all daemons of a host have in common when they speak TLS: the certificate, the
ciphers, the groups of the key agreement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.bundle import TLS_CHAIN, TLS_KEY, TLS_SERVED
from mailctl.errors import SpecPath
from mailctl.model.host import Acme, CertificateFiles, Host
from mailctl.model.names import DomainName
from mailctl.model.platform import Platform
from mailctl.model.system import System
from mailctl.model.web import domain_web_names, web_names

CIPHERS = ":".join(
    (
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305",
    )
)
"""For TLS 1.2, in OpenSSL's names: forward secrecy and authenticated encryption, for RSA and
ECDSA certificates (wiki.mozilla.org/Security/Server_Side_TLS, intermediate; RFC 9325, 4.2)."""

_CURVES = ("X25519", "prime256v1", "secp384r1")
"""For key agreement, in OpenSSL's names, the best first: fast, and with every client. X448 and
secp521r1, which OpenSSL has too, cost a server several times as much and serve nobody more
(Mozilla, Server Side TLS, intermediate; RFC 8422, 5.1.1)."""

HYBRID = "X25519MLKEM768"
"""ML-KEM beside X25519: whoever records today's mail does not read it with a quantum computer later
(Mozilla, Server Side TLS, 5.8, intermediate; FIPS 203)."""

_HAS_HYBRID = (3, 5)
"""The first OpenSSL that has it. An older one does not load a list with a name that it does not
know."""


def curves(platform: Platform) -> tuple[str, ...]:
    """What the daemons of a host offer for key agreement, in OpenSSL's names, the best first."""
    return (HYBRID, *_CURVES) if platform.openssl >= _HAS_HYBRID else _CURVES


def certificate_of(host: Host) -> CertificateFiles:
    """Where the chain and its key lie on the host; both may be in one file."""
    if isinstance(host.tls, CertificateFiles):
        return host.tls
    if isinstance(host.tls, Acme):
        return _by_acme(host, host.fqdn)
    return CertificateFiles(TLS_CHAIN, TLS_KEY)


@dataclass(frozen=True, slots=True)
class AcmeCertificate:
    """`name` is what the host calls it, `names` are those that it is for, `name` among them.
    `of_the_web`: only the web server shows it."""

    name: DomainName
    names: tuple[DomainName, ...]
    of_the_web: bool = False


def acme_certificates(system: System, host: Host) -> tuple[AcmeCertificate, ...]:
    """What the host gets from its authority. Each of its further names, and the web names of each
    domain, have a certificate of their own, so that the wrong DNS of one does not keep the others
    from being renewed."""
    if not isinstance(host.tls, Acme):
        return ()
    own = AcmeCertificate(host.fqdn, (host.fqdn,))
    further = (AcmeCertificate(each.name, (each.name,)) for each in host.names)
    groups = (names for _, names in sorted(domain_web_names(system, host).items()) if names)
    web = (AcmeCertificate(names[0], names, of_the_web=True) for names in groups)
    return (own, *further, *web)


def server_certificates(host: Host) -> tuple[tuple[DomainName, CertificateFiles], ...]:
    """The further names of the host that have a certificate of their own, and where daemons find
    it. Under all others it shows its own, also to whoever sends no name, as mail servers often do.

    On Debian those of files are copies, taken when both files fit together: a reload reads the
    certificates of all names, and what is wrong with one is to do no harm to the others."""
    if isinstance(host.tls, Acme):
        return tuple((each.name, _by_acme(host, each.name)) for each in host.names)
    further = ((each.name, each.files) for each in host.names if each.files is not None)
    if host.platform.is_nixos:
        return tuple(further)
    return tuple((name, _served(name)) for name, _ in further)


def watched_files(host: Host) -> tuple[tuple[DomainName, CertificateFiles], ...]:
    """The files that somebody else keeps, by the name that they are for; the host's own first."""
    if not isinstance(host.tls, CertificateFiles):
        return ()
    further = ((each.name, each.files) for each in host.names if each.files is not None)
    return ((host.fqdn, host.tls), *further)


def provisional_certificates(system: System, host: Host) -> tuple[DomainName, ...]:
    """What the host calls the certificates that may not be there yet when its daemons start."""
    if isinstance(host.tls, Acme):
        return tuple(each.name for each in acme_certificates(system, host))
    return tuple(name for name, _ in watched_files(host)[1:])


def certificate_paths(host: Host) -> Iterator[tuple[SpecPath, str]]:
    """The paths of the spec that the daemons' files name, each with where it stands there."""
    where: SpecPath = ("hosts", host.name)
    given: list[tuple[SpecPath, CertificateFiles]] = []
    if isinstance(host.tls, CertificateFiles):
        given.append(((*where, "tls"), host.tls))
    if host.platform.is_nixos:
        given += (
            ((*where, "names", each.place), each.files)
            for each in host.names
            if each.files is not None
        )
    for place, files in given:
        yield (*place, "certificate"), files.certificate
        yield (*place, "key"), files.key


def web_certificates(system: System, host: Host) -> dict[DomainName, CertificateFiles]:
    """The certificate that the host shows to whoever asks for each of its names of the web."""
    got = {
        name: _by_acme(host, certificate.name)
        for certificate in acme_certificates(system, host)
        for name in certificate.names
    }
    return {name: got.get(name, certificate_of(host)) for name in web_names(system, host)}


def _by_acme(host: Host, name: DomainName) -> CertificateFiles:
    if host.platform.is_nixos:
        folder = f"/var/lib/acme/{name}"
        return CertificateFiles(f"{folder}/fullchain.pem", f"{folder}/key.pem")
    return _served(name)


def _served(name: DomainName) -> CertificateFiles:
    """Key and chain are one file, which is replaced by one rename."""
    return CertificateFiles(f"{TLS_SERVED}/{name}.pem", f"{TLS_SERVED}/{name}.pem")
