"""Everybody to whom the hosts under test send, on one host: a mail server, DNS, signed and not,
and policies over HTTPS."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from policy_server import POLICIES, lay_policies, policy_records
from signed_dns import lay_name_server, signed

from mailctl.rehearsal.web_key import WebKey

WORLD = "203.0.113.53"
_DOMAINS = ("safe.example.", "forged.example.", "plain.example.", *POLICIES)

_MAIN_CF = """\
compatibility_level = 3.6
myhostname = mx.safe.example
mydestination = {domains}
local_transport = discard:
local_recipient_maps =
alias_maps =
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_chain_files = /etc/postfix/shown.pem
tls_server_sni_maps = inline:{{mx.enforced.example=/etc/postfix/shown.pem}}
"""


def _zone(name: str, *lines: str) -> str:
    head = f"{name} 300 IN SOA ns.{name} hostmaster.{name} 1 3600 900 1209600 300\n"
    rest = (f"{name} 300 IN NS ns.{name}", f"ns.{name} 300 IN A {WORLD}", *lines)
    return head + "".join(f"{line}\n" for line in rest)


def _mail(name: str, *lines: str) -> str:
    return _zone(name, f"{name} 300 IN MX 10 mx.{name}", f"mx.{name} 300 IN A {WORLD}", *lines)


def _tlsa(name: str, digest: str) -> str:
    return f"_25._tcp.mx.{name} 300 IN TLSA 3 1 1 {digest}"


def identity() -> tuple[str, str]:
    """A key with a certificate that nobody vouches for, as PEM, and the digest for 3 1 1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.safe.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    spki = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), hashlib.sha256(spki).hexdigest()


def lay_receiver(root: Path, digest: str, web: WebKey) -> str:
    """The receiver's files; the data of the root's key."""
    safe = signed("safe.example.", _mail("safe.example.", _tlsa("safe.example.", digest)))
    forged = signed("forged.example.", _mail("forged.example.", _tlsa("forged.example.", "0" * 64)))
    delegated = "".join(
        f"{name} 300 IN NS ns.{name}\nns.{name} 300 IN A {WORLD}\n" for name in _DOMAINS
    )
    root_zone = signed(
        ".",
        ". 300 IN SOA ns.root.example. hostmaster.root.example. 1 3600 900 1209600 300\n"
        f". 300 IN NS ns.root.example.\nns.root.example. 300 IN A {WORLD}\n"
        f"{delegated}{safe.delegation}{forged.delegation}",
    )
    lay_name_server(
        root,
        WORLD,
        {
            ".": root_zone.text,
            "safe.example.": safe.text,
            # the right digest, and a signature of another one
            "forged.example.": forged.text.replace("0" * 64, digest),
            "plain.example.": _mail("plain.example.", _tlsa("plain.example.", "0" * 64)),
            **{name: _mail(name, *policy_records(name, WORLD)) for name in POLICIES},
        },
    )
    lay_policies(root, WORLD, web)
    (root / "etc/postfix/main.cf").write_text(
        _MAIN_CF.format(domains=", ".join(name.rstrip(".") for name in _DOMAINS))
    )
    return root_zone.key
