"""Apply is done before an authority has answered, and says so once."""

from __future__ import annotations

from ipaddress import ip_address

from mailctl.cli.first_certificates import FirstCertificates
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.plan import Change, Kind, Plan
from mailctl.model.host import Acme, CertificateFiles, Host, SelfSigned, Tls
from mailctl.model.names import DomainName
from mailctl.model.platform import PLATFORMS


def _plan(*names: str) -> Plan:
    changes = tuple(Change(Kind.CERTIFICATE, name, "make") for name in names)
    return Plan("mail", (0, "-"), Manifest("debian-13"), changes, ())


def _host(name: str, tls: Tls) -> Host:
    fqdn = DomainName(f"{name}.example.org")
    return Host(name, fqdn, (ip_address("192.0.2.1"),), PLATFORMS["debian-13"], tls=tls)


def test_a_host_that_asks_an_authority_for_the_first_time_is_told_of() -> None:
    certificates = FirstCertificates()
    host = _host("mail", Acme())
    certificates.look(host, _plan("mx.example.org"), ("mx.example.org", "other.example.org"))
    (note,) = certificates.noted("mail")
    assert note.text.startswith("asks its authority for certificates for mx.example.org, and")
    assert note.text.endswith("mailctl plan --host mail")
    assert not note.warning


def test_one_that_has_them_or_makes_its_own_is_not() -> None:
    certificates = FirstCertificates()
    certificates.look(_host("mail", Acme()), _plan(), ("mx.example.org",))
    certificates.look(_host("own", SelfSigned()), _plan("own.example.org"), ())
    files = CertificateFiles("/srv/a.pem", "/srv/a.key")
    certificates.look(_host("files", files), _plan("b.example.org"), ("b.example.org",))
    assert not [*certificates.noted("mail"), *certificates.noted("own")]
    assert not list(certificates.noted("files"))
    assert not [*certificates.noted("refused")]
