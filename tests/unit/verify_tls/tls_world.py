"""A CA of the tests' own, and TLS servers on the loopback that end with their test."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FQDN = "mail.a.example"
NOW = datetime.now(UTC).replace(microsecond=0)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def a_name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass
class Authority:
    """Issues certificates into a folder; `ca` is the file to trust."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def ca(self) -> Path:
        path = self.folder / "ca.pem"
        if not path.exists():
            built = self._builder("Test CA", self.key, timedelta(days=-400), timedelta(days=400))
            built = built.add_extension(x509.BasicConstraints(True, 0), critical=True)
            path.write_bytes(self._signed(built, "Test CA", self.key))
        return path

    def issue(
        self,
        name: str = FQDN,
        begins: timedelta = timedelta(days=-1),
        ends: timedelta = timedelta(days=89),
        key: PrivateKey | None = None,
        itself: bool = False,
    ) -> Path:
        """A file with a certificate and its key; `itself` for one that is signed by that key."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        built = self._builder(name, key, begins, ends)
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        built = built.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        signed = self._signed(built, name if itself else "Test CA", key if itself else self.key)
        path = self.folder / f"{len(list(self.folder.iterdir()))}.pem"
        path.write_bytes(signed + key.private_bytes(*form))
        return path

    def _builder(
        self, name: str, key: PrivateKey, begins: timedelta, ends: timedelta
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(a_name(name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + begins)
            .not_valid_after(NOW + ends)
        )

    def _signed(self, built: x509.CertificateBuilder, issuer: str, key: PrivateKey) -> bytes:
        certificate = built.issuer_name(a_name(issuer)).sign(key, SHA256())
        return certificate.public_bytes(Encoding.PEM)


def a_context(pem: Path, ciphers: str = "") -> ssl.SSLContext:
    """A server's context with the certificate and the key of a file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    if ciphers:
        context.set_ciphers(ciphers)
    return context


class TlsServer:
    """A server on 127.0.0.1. With `greeting` it speaks SMTP up to STARTTLS, which it answers
    with `answer`; without a context it says so and closes."""

    def __init__(
        self,
        context: ssl.SSLContext | None,
        greeting: bytes = b"",
        answer: bytes = b"220 2.0.0 go ahead\r\n",
    ) -> None:
        self._context, self._greeting, self._answer = context, greeting, answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(3)
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        if self._greeting:
            connection.sendall(self._greeting)
            self.heard.append(connection.recv(1024))
            connection.sendall(b"250-here\r\n250 STARTTLS\r\n")
            connection.recv(1024)
            connection.sendall(self._answer)
        if self._context:
            with self._context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
