"""Independent readers of SPF and DKIM judge what we publish: pyspf and dkimpy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from dns_building import Building, address, some_keys

from mailctl.dns.record import Record
from mailctl.dns.records import records
from mailctl.keys.vault import KeyVault, public_keys
from mailctl.model.host import Role
from mailctl.model.settings import DkimSelector, KeyKind, MailPolicy
from mailctl.model.system import System

dkim = pytest.importorskip("dkim", reason="dkimpy is in the extra `rehearse`")
spf = pytest.importorskip("spf", reason="pyspf is in the extra `rehearse`")

MESSAGE = b"From: a@example.org\r\nTo: b@foreign.example\r\nSubject: hello\r\n\r\nhello\r\n"


def _split_roles() -> System:
    """example.org is received by `in`, its users submit on `out`, whose name is a domain."""
    return (
        Building()
        .host("in", "in.example.org", ("203.0.113.1",), roles=frozenset({Role.MX}))
        .host("out", "example.net", ("203.0.113.2", "2001:db8::2"))
        .domain("example.org", mx=("in",), store="out")
        .domain("example.net", mx=("in",), store="out")
        .parked("example.com")
        .user("a@example.org")
        .user("b@example.net")
        .done()
    )


def _lookup(found: tuple[Record, ...]) -> Callable[..., list[object]]:
    """pyspf's way to ask DNS, answered from our records."""

    def ask(name: str, kind: str, *_: object, **__: object) -> list[object]:
        wanted = name.rstrip(".").lower()
        return [
            ((record.name, record.type), _answer(record))
            for record in found
            if (record.name, record.type) == (wanted, kind)
        ]

    return ask


def _answer(record: Record) -> object:
    if record.type == "MX":
        preference, name = record.data.split()
        return int(preference), name.rstrip(".")
    if record.type == "TXT":
        return (record.data.encode(),)
    return record.data.rstrip(".")


@pytest.mark.parametrize(
    ("client", "sender", "helo", "verdict"),
    [
        ("203.0.113.2", "a@example.org", "example.net", "pass"),
        ("2001:db8::2", "a@example.org", "example.net", "pass"),
        ("203.0.113.2", "b@example.net", "example.net", "pass"),
        ("203.0.113.1", "a@example.org", "in.example.org", "pass"),
        ("203.0.113.2", "", "example.net", "pass"),
        ("203.0.113.1", "", "in.example.org", "pass"),
        ("203.0.113.66", "a@example.org", "example.net", "fail"),
        ("203.0.113.66", "", "in.example.org", "fail"),
        ("203.0.113.2", "x@example.com", "example.net", "fail"),
    ],
)
def test_spf(
    monkeypatch: pytest.MonkeyPatch, client: str, sender: str, helo: str, verdict: str
) -> None:
    system = _split_roles()
    monkeypatch.setattr(spf, "DNSLookup", _lookup(records(system, some_keys(system))))
    assert spf.check2(i=client, s=sender, h=helo)[0] == verdict


@pytest.mark.parametrize("kind", [KeyKind.RSA_1024, KeyKind.RSA_2048, KeyKind.ED25519])
def test_a_signature_made_with_the_private_file_verifies_by_the_record(
    tmp_path: Path, kind: KeyKind
) -> None:
    selector = DkimSelector("s1", kind)
    part = Building().host("mail", "mail.example.org")
    part.domain("example.org", policy=MailPolicy(dkim=(selector,)))
    built = part.done()
    system = System(tmp_path, built.hosts, built.domains, built.users, built.aliases)
    vault = KeyVault(tmp_path)
    found = records(system, public_keys(system, vault))
    pem = vault.private_key(address("@example.org").domain, selector)
    algorithm = b"ed25519-sha256" if kind is KeyKind.ED25519 else b"rsa-sha256"
    private = _raw_ed25519(pem) if kind is KeyKind.ED25519 else pem
    signature = dkim.sign(MESSAGE, b"s1", b"example.org", private, signature_algorithm=algorithm)

    def txt(name: bytes, **_: object) -> bytes | None:
        wanted = name.decode().rstrip(".")
        return next((r.data.encode() for r in found if r.name == wanted), None)

    assert dkim.verify(signature + MESSAGE, dnsfunc=txt)
    assert not dkim.verify(signature + MESSAGE.replace(b"hello", b"other"), dnsfunc=txt)


def _raw_ed25519(pem: bytes) -> bytes:
    """dkimpy wants the seed in base64, not PKCS #8."""
    import base64

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem, None)
    assert isinstance(key, Ed25519PrivateKey)
    return base64.b64encode(key.private_bytes_raw())
