"""Apply is done before an authority has answered, and says so once."""

from __future__ import annotations

from mailctl.cli.first_certificates import FirstCertificates
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.plan import Change, Kind, Plan


def _plan(*names: str) -> Plan:
    changes = tuple(Change(Kind.CERTIFICATE, name, "make") for name in names)
    return Plan("mail", (0, "-"), Manifest("debian-13"), changes, ())


def test_a_host_that_asks_an_authority_for_the_first_time_is_told_of() -> None:
    certificates = FirstCertificates()
    certificates.look("mail", _plan("mx.example.org"), ("mx.example.org", "other.example.org"))
    (note,) = certificates.noted("mail")
    assert note.text.startswith("asks its authority for certificates for mx.example.org, and")
    assert note.text.endswith("mailctl plan --host mail")
    assert not note.warning


def test_one_that_has_them_or_makes_its_own_is_not() -> None:
    certificates = FirstCertificates()
    certificates.look("mail", _plan(), ("mx.example.org",))
    certificates.look("own", _plan("own.example.org"), ())
    assert not [*certificates.noted("mail"), *certificates.noted("own")]
    assert not [*certificates.noted("refused")]
