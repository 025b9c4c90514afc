"""Proofs about what leaves the host: signatures, verdicts, hidden clients, served records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import dkim
import pytest
from fake_ground import FakeOutside
from fake_smtp import FakeSmtp

from mailctl.dns.record import Record
from mailctl.keys.dkim import signing_key
from mailctl.model.host import Host
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector
from mailctl.proofs import (
    client_hidden,
    dns_served,
    outgoing_judged,
    outgoing_signed,
    outgoing_spf,
    signatures,
    world_dns,
)
from mailctl.proofs.base import NotApplicable, Refuted
from mailctl.proofs.ground import Ground

Serve = Callable[..., FakeSmtp]
Names = dict[tuple[str, str], tuple[str, ...]]

MESSAGE = (
    "Received: from mail.ours.example (mail.ours.example [127.0.0.1])"
    " by mail.world.example; Mon, 1 Jan 2024 00:00:00 +0000\r\n"
    "From: alice@ours.example\r\nTo: someone@world.example\r\nSubject: {token}\r\n"
    "Date: Mon, 1 Jan 2024 00:00:00 +0000\r\n\r\nhello\r\n"
)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """The world's DNS as a dictionary."""
    known: Names = {}

    def lookup(_ground: Ground, name: str, kind: str) -> tuple[str, ...]:
        return known.get((name.rstrip("."), kind), ())

    for module in (signatures, dns_served, world_dns):
        monkeypatch.setattr(module, "lookup", lookup)
    return known


@pytest.fixture
def arriving(ground: Ground, serve: Serve) -> Callable[[Callable[[bytes], bytes]], None]:
    """Submission works, and what arrives outside is MESSAGE, changed as the test says."""
    serve(587)
    assert isinstance(ground.outside, FakeOutside)
    outside = ground.outside

    def change(made: Callable[[bytes], bytes]) -> None:
        outside.answer = lambda token: made(MESSAGE.format(token=token).encode())

    return change


@pytest.fixture
def sign(tmp_path_factory: pytest.TempPathFactory, names: Names) -> Callable[..., bytes]:
    key = signing_key(tmp_path_factory.mktemp("keys"), DomainName("ours.example"), DkimSelector())

    def signed(raw: bytes, domain: str = "ours.example", selector: str = "s1") -> bytes:
        names[(f"{selector}._domainkey.{domain}", "TXT")] = (f"v=DKIM1; k=rsa; p={_p(key.pem)}",)
        header = dkim.sign(
            raw,
            selector.encode(),
            domain.encode(),
            key.pem,
            linesep=b"\r\n",
            include_headers=[b"from", b"to", b"subject", b"date"],
        )
        return bytes(header) + raw

    return signed


def _p(pem: bytes) -> str:
    import base64

    from cryptography.hazmat.primitives import serialization

    public = serialization.load_pem_private_key(pem, None).public_key()
    return base64.b64encode(
        public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    ).decode()


def test_a_sound_signature(ground: Ground, host: Host, arriving, sign) -> None:
    arriving(sign)
    assert "d=ours.example s=s1 a=rsa-sha256" in outgoing_signed.PROOF.try_on(ground, host)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda raw, _: raw, "carries no DKIM-Signature"),
        (lambda raw, sign: sign(raw).replace(b"hello", b"hullo"), "body hash mismatch"),
        (lambda raw, sign: sign(raw, "other.example"), "is signed d=other.example"),
        (lambda raw, sign: sign(raw, selector="old"), "not by s=s1"),
        (lambda raw, sign: sign(raw).replace(b"Date:", b"X-Date:"), "is false"),
    ],
)
def test_a_faulty_signature(ground: Ground, host: Host, arriving, sign, change, fault: str) -> None:
    arriving(lambda raw: change(raw, sign))
    with pytest.raises(Refuted, match=fault):
        outgoing_signed.PROOF.try_on(ground, host)


def test_a_signature_without_its_record(
    ground: Ground, host: Host, arriving, sign, names: Names
) -> None:
    def forgotten(raw: bytes) -> bytes:
        signed = bytes(sign(raw))
        names.clear()
        return signed

    arriving(forgotten)
    with pytest.raises(Refuted, match="dkimpy"):
        outgoing_signed.PROOF.try_on(ground, host)


def test_spf(ground: Ground, host: Host, arriving, names: Names) -> None:
    arriving(lambda raw: raw)
    names[("ours.example", "TXT")] = ("v=spf1 mx -all",)
    names[("ours.example", "MX")] = ("10 mail.ours.example.",)
    names[("mail.ours.example", "A")] = ("127.0.0.1",)
    with pytest.raises(Refuted, match=r"HELO mail.ours.example from 127.0.0.1 is none"):
        outgoing_spf.PROOF.try_on(ground, host)
    names[("mail.ours.example", "TXT")] = ("v=spf1 a -all",)
    assert "pass for alice@ours.example" in outgoing_spf.PROOF.try_on(ground, host)
    names[("mail.ours.example", "A")] = ("127.0.0.9",)
    with pytest.raises(Refuted, match=r"alice@ours\.example from 127\.0\.0\.1 is fail"):
        outgoing_spf.PROOF.try_on(ground, host)


def test_a_host_that_says_another_name(ground: Ground, host: Host, arriving, names: Names) -> None:
    arriving(lambda raw: raw.replace(b"from mail.ours.example", b"from localhost", 1))
    with pytest.raises(Refuted, match="HELO localhost"):
        outgoing_spf.PROOF.try_on(ground, host)


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("mail.world.example; dkim=pass; spf=pass; dmarc=pass", True),
        ("mail.world.example; dkim=pass; spf=pass; dmarc=fail", False),
        ("mail.world.example; dkim=none; spf=pass; dmarc=pass", False),
        ("elsewhere.invalid; dkim=pass; spf=pass; dmarc=pass", False),
    ],
)
def test_the_foreign_verdict(ground: Ground, host: Host, arriving, said: str, holds: bool) -> None:
    arriving(lambda raw: f"Authentication-Results: {said}\r\n".encode() + raw)
    if holds:
        assert "dmarc=pass" in outgoing_judged.PROOF.try_on(ground, host)
    else:
        with pytest.raises(Refuted, match="the foreign host says"):
            outgoing_judged.PROOF.try_on(ground, host)


def test_a_client_that_is_shown(ground: Ground, host: Host, arriving) -> None:
    arriving(lambda raw: raw)  # MESSAGE names 127.0.0.1, where the fake client is
    with pytest.raises(Refuted, match="Received: from"):
        client_hidden.PROOF.try_on(ground, host)
    arriving(lambda raw: raw.replace(b"127.0.0.1", b"192.0.2.1"))
    assert "submitted from 127.0.0.1" in client_hidden.PROOF.try_on(ground, host)


def test_records(ground: Ground, host: Host, names: Names) -> None:
    with pytest.raises(NotApplicable):
        dns_served.PROOF.try_on(ground, host)
    record = Record("ours.example", "TXT", "v=spf1 mx -all", "ours.example")
    asked = replace(
        ground, records=(record, Record("far.example", "A", "192.0.2.1", "far.example"))
    )
    names[("ours.example", "TXT")] = ("v=spf1 mx -all",)
    assert dns_served.PROOF.try_on(asked, host) == "1 records as printed: 1 SPF"
    for served in ((), ("v=spf1 +all",), ("v=spf1 mx -all", "v=spf1 +all")):
        names[("ours.example", "TXT")] = served
        with pytest.raises(Refuted, match="the spec says"):
            dns_served.PROOF.try_on(asked, host)
