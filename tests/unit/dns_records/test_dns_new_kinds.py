"""SRV, TLS-RPT, MTA-STS, TLSA and CAA: who gets them, and what they say."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from dns_building import Building, address, some_keys

from mailctl.dns.mta_sts import policies, policy_id
from mailctl.dns.record import Record
from mailctl.dns.records import records
from mailctl.errors import SecretError
from mailctl.keys.certificates import key_digest
from mailctl.model.host import Protocols, Role
from mailctl.model.settings import MailPolicy, MtaSts
from mailctl.model.system import System


def _data(system: System, name: str, kind: str, digests: object = None) -> list[str]:
    found = records(system, some_keys(system), digests or {})  # type: ignore[arg-type]
    return [record.data for record in found if (record.name, record.type) == (name, kind)]


def _named(system: System, kind: str) -> list[Record]:
    return [one for one in records(system, some_keys(system)) if one.type == kind]


def _office(policy: MailPolicy | None = None) -> Building:
    return (
        Building()
        .host("mail", "mail.example.org")
        .domain("example.org", policy=policy)
        .user("a@example.org")
    )


def test_a_protocol_that_is_off_is_said_to_be_off() -> None:
    building = _office()
    building.hosts["mail"] = replace(
        building.hosts["mail"], protocols=Protocols(imap=False, pop3=True, managesieve=False)
    )
    said = {record.name.split(".")[0]: record.data for record in _named(building.done(), "SRV")}
    assert said == {
        "_submissions": "0 1 465 mail.example.org.",
        "_submission": "0 1 587 mail.example.org.",
        "_imaps": "0 0 0 .",
        "_imap": "0 0 0 .",
        "_pop3s": "0 1 995 mail.example.org.",
        "_pop3": "0 1 110 mail.example.org.",
    }


def test_users_send_by_the_host_that_takes_submissions_alone() -> None:
    system = (
        Building()
        .host("store", "store.example.org", ("203.0.113.1",), frozenset({Role.STORE, Role.MX}))
        .host("out", "out.example.org", ("203.0.113.2",), frozenset({Role.SUBMISSION}))
        .domain("example.org", mx=("store",), store="store")
        .user("a@example.org")
        .done()
    )
    assert _data(system, "_submissions._tcp.example.org", "SRV") == ["0 1 465 out.example.org."]
    assert _data(system, "_imaps._tcp.example.org", "SRV") == ["0 1 993 store.example.org."]


@pytest.mark.parametrize(
    "building",
    [
        Building().host("mail", "mail.example.org").domain("example.org"),
        _office(MailPolicy(discovery=False)),
        Building().host("mail", "mail.example.org").parked("example.org"),
    ],
    ids=["no users", "switched off", "parked"],
)
def test_nobody_logs_in_nothing_is_said(building: Building) -> None:
    assert _named(building.done(), "SRV") == []


def test_reports_of_tls_go_where_the_policy_says() -> None:
    policy = MailPolicy(tls_reports=(address("tls@example.org"), address("a;b@example.net")))
    system = _office(policy).done()
    assert _data(system, "_smtp._tls.example.org", "TXT") == [
        "v=TLSRPTv1; rua=mailto:tls@example.org,mailto:a%3Bb@example.net"
    ]
    parked = Building().host("mail", "mail.example.org").parked("example.org", policy).done()
    assert _data(parked, "_smtp._tls.example.org", "TXT") == []


def test_the_id_of_a_policy_changes_with_it_alone() -> None:
    testing = _office(MailPolicy(mta_sts=MtaSts())).done()
    enforced = _office(MailPolicy(mta_sts=MtaSts("enforce", timedelta(days=1)))).done()
    ((domain, text),) = policies(enforced)
    assert (domain, text) == (
        "example.org",
        "version: STSv1\r\nmode: enforce\r\nmx: mail.example.org\r\nmax_age: 86400\r\n",
    )
    (said,) = _data(enforced, "_mta-sts.example.org", "TXT")
    assert said == f"v=STSv1; id={policy_id(text)};"
    assert policy_id(text).isalnum() and len(policy_id(text)) <= 32
    assert _data(testing, "_mta-sts.example.org", "TXT") != [said]
    assert _data(_office().done(), "_mta-sts.example.org", "TXT") == []


def test_a_host_names_the_authorities_that_may_issue() -> None:
    building = _office()
    building.hosts["mail"] = replace(building.hosts["mail"], caa=("letsencrypt.org", "ca.example"))
    assert _data(building.done(), "mail.example.org", "CAA") == [
        '0 issue "ca.example"',
        '0 issue "letsencrypt.org"',
        '0 issuewild ";"',
    ]


def _certificate(folder: Path) -> tuple[Path, Path, str]:
    """A certificate, its public key alone, and the digest of the key."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(30))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    spki = PublicFormat.SubjectPublicKeyInfo
    whole, alone = folder / "mail.pem", folder / "next.pem"
    whole.write_bytes(certificate)
    alone.write_bytes(key.public_key().public_bytes(Encoding.PEM, spki))
    return (
        whole,
        alone,
        hashlib.sha256(key.public_key().public_bytes(Encoding.DER, spki)).hexdigest(),
    )


def test_a_key_is_published_by_its_digest_wherever_it_stands(tmp_path: Path) -> None:
    whole, alone, digest = _certificate(tmp_path)
    assert key_digest(whole) == key_digest(alone) == digest
    building = _office()
    building.hosts["mail"] = replace(building.hosts["mail"], tlsa=(whole,))
    system = building.done()
    assert _data(system, "_25._tcp.mail.example.org", "TLSA", {"mail": (digest,)}) == [
        f"3 1 1 {digest}"
    ]
    with pytest.raises(KeyError):
        _data(system, "_25._tcp.mail.example.org", "TLSA")


def test_a_host_that_receives_nothing_pins_nothing(tmp_path: Path) -> None:
    whole, _, digest = _certificate(tmp_path)
    building = _office()
    roles = frozenset({Role.STORE, Role.SUBMISSION})
    building.hosts["mail"] = replace(building.hosts["mail"], tlsa=(whole,), roles=roles)
    found = records(building.done(), some_keys(building.done()), {"mail": (digest,)})
    assert not [record for record in found if record.type == "TLSA"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"hello", "holds neither a certificate nor a public key"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is damaged"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "is damaged"),
        (b"-----BEGIN PRIVATE KEY-----\n", "holds neither a certificate nor a public key"),
    ],
)
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "x.pem").write_bytes(content)
    with pytest.raises(SecretError, match=what):
        key_digest(tmp_path / "x.pem")
