"""What `mailctl check --tls` says of the real daemon, with good and with bad certificates."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from dovecot_house import House
from tls_world import Authority

from mailctl.bundle import TLS_CHAIN, TLS_KEY
from mailctl.model.host import CertificateFiles
from mailctl.verify.tls.observation import Offer
from mailctl.verify.tls.offers import offers
from mailctl.verify.tls.report import Report, judge
from mailctl.verify.tls.survey import expected_of, survey, targets
from mailctl.verify.tls.verdict import State

pytestmark = pytest.mark.daemons

PORTS = {110, 143, 993, 995, 4190}


def _inside(house: House, path: str) -> Path:
    return house.host.root / path.lstrip("/")


@pytest.fixture
def own_certificate(house: House) -> Iterator[None]:
    """The host shows its former certificate again when the test has ended."""
    kept = {path: _inside(house, path).read_bytes() for path in (TLS_CHAIN, TLS_KEY)}
    yield
    for path, content in kept.items():
        _inside(house, path).write_bytes(content)
    _reload(house, kept[TLS_CHAIN])


def _reload(house: House, pem: bytes) -> None:
    """Reload, and wait until every port shows the certificate."""
    status, said = house.run("systemctl", "reload", "dovecot")
    assert status == 0, said
    der = load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    wanted = hashlib.sha256(der).hexdigest()
    for _ in range(50):
        shown = {each.certificate and each.certificate.fingerprint for each in _look(house).seen}
        if shown == {wanted}:
            return
        time.sleep(0.2)
    raise AssertionError(f"{wanted} is not shown: {shown}")


def _look(house: House, ca: Path | None = None) -> Report:
    hosts = [
        replace(host, tls=CertificateFiles(TLS_CHAIN, TLS_KEY))
        for host in house.system.hosts.values()
    ]
    where = tuple(each for each in targets(hosts) if each.port.number in PORTS)
    with house.network.inside():
        seen = survey(where, offers(ca), 10)
    return judge(seen, expected_of(hosts, {}), datetime.now(UTC))


def _show(house: House, pem: Path) -> None:
    content = pem.read_bytes()
    for path in (TLS_CHAIN, TLS_KEY):
        _inside(house, path).write_bytes(content)
    _reload(house, content)


def _bad(report: Report) -> set[tuple[str, int]]:
    fine = {State.OK, State.NOTE}
    return {(each.question, each.port) for each in report.verdicts if each.state not in fine}


@pytest.mark.usefixtures("own_certificate")
def test_dovecot_as_we_configure_it_has_no_fault(house: House, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    (host,) = house.system.hosts.values()
    _show(house, authority.issue(host.fqdn))
    report = _look(house, authority.ca)
    assert {each.port.number for each in report.seen} == PORTS
    assert _bad(report) == set()
    assert report.exit_code == 0
    assert all(Offer.LEGACY in dict(each.answers) for each in report.seen)


@pytest.mark.usefixtures("own_certificate")
def test_an_expired_certificate_of_another_name(house: House, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    begins, ends = timedelta(days=-90), timedelta(days=-1)
    _show(house, authority.issue("www.other.example", begins, ends))
    report = _look(house, authority.ca)
    assert _bad(report) == {
        (question, port) for question in ("names", "validity") for port in PORTS
    }
    assert report.exit_code == 2
