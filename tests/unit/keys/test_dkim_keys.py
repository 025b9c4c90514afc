"""DKIM keys: made as the spec says, their public half computed, wrong ones refused, untouched."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
    load_pem_private_key,
)

from mailctl.errors import SecretError
from mailctl.keys.dkim import signing_key
from mailctl.keys.places import key_path
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector, KeyKind

DOMAIN = DomainName("example.org")
PLAIN = NoEncryption()
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | Ed25519PrivateKey


def _put(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    path = key_path(folder, DOMAIN, "s1")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def _pem(key: PrivateKey, encryption: KeySerializationEncryption = PLAIN) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@pytest.mark.parametrize(
    ("kind", "bits", "beginning"),
    [
        (KeyKind.RSA_1024, 1024, "MIG"),
        (KeyKind.RSA_2048, 2048, "MII"),
        (KeyKind.RSA_4096, 4096, "MII"),
    ],
)
def test_rsa_keys_have_the_size_asked_for(
    tmp_path: Path, kind: KeyKind, bits: int, beginning: str
) -> None:
    key = signing_key(tmp_path, DOMAIN, DkimSelector("s1", kind))
    private = load_pem_private_key(key.pem, None)
    public = load_der_public_key(base64.b64decode(key.public.data))
    assert isinstance(private, rsa.RSAPrivateKey)
    assert private.key_size == bits
    assert private.public_key() == public
    assert key.public.algorithm == "rsa"
    assert key.public.data.startswith(beginning)


def test_ed25519_publishes_the_raw_key(tmp_path: Path) -> None:
    key = signing_key(tmp_path, DOMAIN, DkimSelector("s1", KeyKind.ED25519))
    private = load_pem_private_key(key.pem, None)
    assert isinstance(private, Ed25519PrivateKey)
    raw = base64.b64decode(key.public.data)
    assert len(raw) == 32
    assert Ed25519PublicKey.from_public_bytes(raw) == private.public_key()
    assert key.public.algorithm == "ed25519"


def test_the_second_run_reads_the_key_of_the_first(tmp_path: Path) -> None:
    first = signing_key(tmp_path, DOMAIN, DkimSelector())
    assert signing_key(tmp_path, DOMAIN, DkimSelector()) == first
    assert key_path(tmp_path, DOMAIN, "s1") == tmp_path / "keys/dkim/example.org/s1.pem"
    assert key_path(tmp_path, DOMAIN, "s1").read_bytes() == first.pem


def test_selectors_have_keys_of_their_own(tmp_path: Path) -> None:
    first = signing_key(tmp_path, DOMAIN, DkimSelector("s1"))
    assert signing_key(tmp_path, DOMAIN, DkimSelector("s2")).public != first.public


def test_a_key_in_openssls_older_form_is_read(tmp_path: Path) -> None:
    """As opendkim-genkey(8) writes it."""
    key = rsa.generate_private_key(65537, 2048)
    _put(tmp_path, key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, PLAIN))
    assert signing_key(tmp_path, DOMAIN, DkimSelector()).public.algorithm == "rsa"


def _rsa(bits: int) -> bytes:
    return _pem(rsa.generate_private_key(65537, bits))


def _damaged() -> bytes:
    """The modulus of another key under the same cover."""
    one, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    der = one.private_bytes(Encoding.DER, PrivateFormat.PKCS8, PLAIN).replace(
        one.public_key().public_numbers().n.to_bytes(256),
        other.public_key().public_numbers().n.to_bytes(256),
    )
    lines = base64.encodebytes(der)
    return b"-----BEGIN PRIVATE KEY-----\n" + lines + b"-----END PRIVATE KEY-----\n"


WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "not a private key in PEM"),
    "nonsense": (
        lambda: b"-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n",
        "not a private key in PEM",
    ),
    "short": (lambda: _rsa(1024), "of kind rsa-1024, but the spec says rsa-2048"),
    "long": (lambda: _rsa(3072), "of kind rsa-3072, but the spec says rsa-2048"),
    "ed25519": (
        lambda: _pem(Ed25519PrivateKey.generate()),
        "of kind ed25519, but the spec says rsa-2048",
    ),
    "p-256": (
        lambda: _pem(ec.generate_private_key(ec.SECP256R1())),
        "neither an RSA nor an Ed25519 key",
    ),
    "encrypted": (
        lambda: _pem(rsa.generate_private_key(65537, 2048), BestAvailableEncryption(b"x")),
        "encrypted with a password",
    ),
    "damaged": (_damaged, "damaged RSA key"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_key_is_refused_and_left_as_it_is(tmp_path: Path, fault: str) -> None:
    make, complaint = WRONG[fault]
    content = make()
    path = _put(tmp_path, content)
    with pytest.raises(SecretError, match=complaint) as refused:
        signing_key(tmp_path, DOMAIN, DkimSelector())
    assert str(path) in str(refused.value)
    assert refused.value.hint
    assert path.read_bytes() == content


def test_a_key_open_to_the_group_is_refused(tmp_path: Path) -> None:
    _put(tmp_path, _pem(rsa.generate_private_key(65537, 2048)), mode=0o640)
    with pytest.raises(SecretError, match="may be read by others"):
        signing_key(tmp_path, DOMAIN, DkimSelector())


def test_a_key_does_not_print(tmp_path: Path) -> None:
    assert "PRIVATE" not in repr(signing_key(tmp_path, DOMAIN, DkimSelector()))
