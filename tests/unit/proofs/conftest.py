"""A small spec, a ground of fakes, and wires from the well-known ports to fake servers."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fake_ground import FakeMachine, FakeOutside, Loopback
from fake_smtp import FakeSmtp

from mailctl.model.domain import Domain
from mailctl.model.host import Host, Limits, Protocols
from mailctl.model.names import Address, DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.model.secret import HashedPassword
from mailctl.model.system import System
from mailctl.model.user import User
from mailctl.proofs import connecting
from mailctl.proofs.ground import Ground

OURS = DomainName("ours.example")
ALICE = Address("alice", OURS)
BOB = Address("bob", OURS)


@pytest.fixture
def host() -> Host:
    return Host(
        name="mail",
        fqdn=DomainName("mail.ours.example"),
        addresses=(ip_address("127.0.0.1"),),
        platform=PLATFORMS["debian-13"],
        limits=Limits(message_size=1000, connections=5, submitted_messages=3),
        protocols=Protocols(pop3=True),
    )


@pytest.fixture
def system(host: Host) -> System:
    users = (
        User(ALICE, HashedPassword(""), aliases=(Address("a", OURS),)),
        User(BOB, HashedPassword("")),
        User(Address("robot", OURS), HashedPassword(""), send_only=True),
    )
    return System(
        folder=Path(),
        hosts={"mail": host},
        domains={OURS: Domain(OURS, store="mail", mx=("mail",))},
        users={user.address: user for user in users},
        aliases={Address("team", OURS): (ALICE, BOB)},
    )


@pytest.fixture
def ground(system: System) -> Ground:
    return Ground(
        system=system,
        passwords=dict.fromkeys(system.users, "right"),
        quota_users={},
        outside=FakeOutside(),
        machines={"mail": FakeMachine()},
        clients=Loopback(),
    )


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file with a key and a certificate for mail.ours.example."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.ours.example")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("mail.ours.example")]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture(scope="session")
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def wires(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """Well-known port to real port: proofs that connect to the first reach the second."""
    wired: dict[int, int] = {}
    real = connecting.connect

    def connect(address: str, port: int, source: str = "", timeout: float = 5) -> socket.socket:
        return real("127.0.0.1", wired[port], source, 5)

    for module in ("line_dialogue", "reading"):
        monkeypatch.setattr(f"mailctl.proofs.{module}.connect", connect)
    return wired


@pytest.fixture
def serve(wires: dict[int, int], tls: ssl.SSLContext) -> Iterator[Callable[..., FakeSmtp]]:
    """Start a fake SMTP server behind a well-known port."""
    started: list[FakeSmtp] = []

    def start(port: int, **traits: Any) -> FakeSmtp:
        server = FakeSmtp(tls, **traits)
        started.append(server)
        wires[port] = server.port
        return server

    yield start
    for server in started:
        server.close()


@pytest.fixture
def arrives(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let mailboxes hold what a test says: wait_in_inbox returns it wherever it is imported."""

    def set_up(module: str, raw: bytes) -> None:
        monkeypatch.setattr(
            f"mailctl.proofs.{module}.wait_in_inbox", lambda *_args, **_options: raw
        )

    return set_up
