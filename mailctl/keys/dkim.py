"""DKIM keys: made at first need, read ever after; the public half comes from the private one.

So the published TXT and the signer cannot disagree. Formats: PKCS #8 in PEM without a
password, which OpenDKIM reads for RSA and Ed25519 alike (opendkim.conf(5), KeyFile);
public halves as RFC 6376, C makes them of RSA (SubjectPublicKeyInfo, which verifiers expect,
though 3.6.1 speaks of RSAPublicKey) and as RFC 8463, 4.2 has them (raw bytes).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from mailctl.dns.dkim import PublicKey
from mailctl.errors import SecretError
from mailctl.keys.keyfolder import read_or_create, read_private
from mailctl.keys.places import FOLDER, key_name, key_path
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector, KeyKind

RSA_BITS = {KeyKind.RSA_1024: 1024, KeyKind.RSA_2048: 2048, KeyKind.RSA_4096: 4096}
_RSA_NAMES = {bits: kind.value for kind, bits in RSA_BITS.items()}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair: `pem` is the private half as it lies on disk, `public` what DNS says."""

    pem: bytes = field(repr=False)
    public: PublicKey


def signing_key(folder: Path, domain: DomainName, selector: DkimSelector) -> SigningKey:
    """The key of a selector, made when there is none. An existing file is never written, and
    one that a rotation file tells of is never made: DNS has the key that is gone.

    Raises SecretError when the file cannot be read or made, is no unencrypted private key,
    or is of another kind than the spec says.
    """
    found = existing_key(folder, domain, selector)
    if found is not None:
        return found
    name = key_name(domain, selector.selector)
    pem = read_or_create(folder / FOLDER, name, lambda: _generate(selector.key))
    return _signing_key(key_path(folder, domain, selector.selector), pem, selector)


def existing_key(folder: Path, domain: DomainName, selector: DkimSelector) -> SigningKey | None:
    """The same, but None where it would have to be made."""
    path = key_path(folder, domain, selector.selector)
    try:
        pem = read_private(path)
    except FileNotFoundError:
        if selector.state is None:
            return None
        state = selector.state.value
        raise SecretError(
            f"{path}: is not there, but rotation.json beside it says that it is {state}",
            "bring the file back from where keys/ is kept safe",
        ) from None
    return _signing_key(path, pem, selector)


def _signing_key(path: Path, pem: bytes, selector: DkimSelector) -> SigningKey:
    key = _parsed(path, pem)
    _refuse_other_kind(path, selector.key, _kind_of(key))
    return SigningKey(pem=pem, public=_public_half(key))


def _generate(kind: KeyKind) -> bytes:
    key: RSAPrivateKey | Ed25519PrivateKey
    if kind is KeyKind.ED25519:
        key = Ed25519PrivateKey.generate()
    else:
        key = generate_private_key(public_exponent=65537, key_size=RSA_BITS[kind])
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _parsed(path: Path, pem: bytes) -> RSAPrivateKey | Ed25519PrivateKey:
    """The key in the file. OpenSSL's primality tests take 50 ms a key and are left out;
    that the parts belong together is checked in `_refuse_inconsistent`."""
    advice = "put the right key there, or move the file away to have a new one made"
    try:
        key = load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    except TypeError as error:
        raise SecretError(
            f"{path}: is encrypted with a password", "store it without one: the signer has none"
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SecretError(f"{path}: is not a private key in PEM", advice) from error
    if isinstance(key, Ed25519PrivateKey):
        return key
    if not isinstance(key, RSAPrivateKey):
        raise SecretError(f"{path}: is neither an RSA nor an Ed25519 key", advice)
    _refuse_inconsistent(path, key, advice)
    return key


def _refuse_inconsistent(path: Path, key: RSAPrivateKey, advice: str) -> None:
    numbers = key.private_numbers()
    public, p, q = numbers.public_numbers, numbers.p, numbers.q
    product = public.e * numbers.d
    if p * q != public.n or product % (p - 1) != 1 or product % (q - 1) != 1:
        raise SecretError(f"{path}: is a damaged RSA key, its parts do not belong together", advice)


def _kind_of(key: RSAPrivateKey | Ed25519PrivateKey) -> str:
    if isinstance(key, Ed25519PrivateKey):
        return KeyKind.ED25519.value
    return _RSA_NAMES.get(key.key_size, f"rsa-{key.key_size}")


def _refuse_other_kind(path: Path, wanted: KeyKind, found: str) -> None:
    if found != wanted.value:
        raise SecretError(
            f"{path}: is a key of kind {found}, but the spec says {wanted.value}",
            f"write `key: {found}` in the spec, or take a new selector for a new key",
        )


def _public_half(key: RSAPrivateKey | Ed25519PrivateKey) -> PublicKey:
    public = key.public_key()
    if isinstance(key, Ed25519PrivateKey):
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return PublicKey("ed25519", base64.b64encode(raw).decode())
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return PublicKey("rsa", base64.b64encode(der).decode())
