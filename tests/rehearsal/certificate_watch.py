"""Clients that come to every TLS port all the time, and remember what they were shown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mailctl.model.host import Host
from mailctl.model.listening import TlsPort, tls_ports
from mailctl.model.web import web_names
from mailctl.proofs.base import Refuted
from mailctl.proofs.connecting import address_of, connect, tls_context
from mailctl.proofs.ground import Ground
from mailctl.proofs.handshake import before_handshake

_FROM_ONE_ADDRESS = 20
"""Connections, of which a host lets an address make 60 a minute."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate and its key, by their SHA-256."""

    certificate: str
    key: str


@dataclass
class Watch:
    """What a host showed on each of its ports, in the order of time; `refused` is every
    connection that did not come to a handshake."""

    host: Host
    shown: dict[int, list[Shown]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def all_show(self, wanted: Mapping[int, str]) -> bool:
        """Whether each port showed this certificate last."""
        return all(self.shown[port][-1].certificate == wanted[port] for port in self.shown)


def shown_by(host: Host, port: TlsPort, client: str, name: str = "") -> Shown:
    """On a port for mail, to who asks for this name, or for none."""
    with before_handshake(host, port, client) as dialogue:
        dialogue.handshake(name=name)
        return _read(dialogue.peer_certificate())


def shown_on_the_web(host: Host, name: str, client: str) -> Shown:
    """On 443, to who asks for this name and gets an answer."""
    plain = connect(address_of(host), 443, client)
    with tls_context().wrap_socket(plain, server_hostname=name) as stream:
        stream.sendall(f"GET / HTTP/1.0\r\nHost: {name}\r\n\r\n".encode())
        if not stream.recv(1024).startswith(b"HTTP/1.1 404 "):
            raise Refuted("no answer")
        return _read(stream.getpeercert(binary_form=True) or b"")


def _read(certificate: bytes) -> Shown:
    found = x509.load_der_x509_certificate(certificate)
    public = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public)
    return Shown(found.fingerprint(hashes.SHA256()).hex(), digest.finalize().hex())


@contextmanager
def watched(ground: Ground, host: Host) -> Iterator[Watch]:
    """A client for each port, who comes as fast as the host lets him, until the block ends."""
    watch, done = Watch(host), threading.Event()
    looks: dict[int, Callable[[str], Shown]] = {
        port.number: partial(shown_by, host, port) for port in tls_ports(host)
    }
    for name in web_names(ground.system, host)[:1]:
        looks[443] = partial(shown_on_the_web, host, name)
    clients = [
        threading.Thread(target=_come, args=(ground, watch, port, look, done), daemon=True)
        for port, look in looks.items()
    ]
    for client in clients:
        client.start()
    try:
        yield watch
    finally:
        done.set()
        for client in clients:
            client.join()


def _come(
    ground: Ground,
    watch: Watch,
    port: int,
    look: Callable[[str], Shown],
    done: threading.Event,
) -> None:
    seen = watch.shown.setdefault(port, [])
    while not done.is_set():
        address = ground.next_client()
        for _ in range(_FROM_ONE_ADDRESS):
            try:
                seen.append(look(address))
            except (OSError, Refuted) as error:
                watch.refused.append(f"{port}: {error}")
            if done.wait(0.1):
                break
