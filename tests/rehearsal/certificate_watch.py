"""Clients that come to every TLS port all the time, and remember what they were shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mailctl.model.host import Host
from mailctl.model.listening import TlsPort, tls_ports
from mailctl.proofs.base import Refuted
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

    def all_show(self, wanted: str) -> bool:
        """Whether each port showed this certificate last."""
        return all(
            self.shown[port.number][-1].certificate == wanted for port in tls_ports(self.host)
        )


def shown_by(host: Host, port: TlsPort, client: str) -> Shown:
    with before_handshake(host, port, client) as dialogue:
        dialogue.handshake()
        found = x509.load_der_x509_certificate(dialogue.peer_certificate())
    public = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public)
    return Shown(found.fingerprint(hashes.SHA256()).hex(), digest.finalize().hex())


@contextmanager
def watched(ground: Ground, host: Host) -> Iterator[Watch]:
    """A client for each port, who comes as fast as the host lets him, until the block ends."""
    watch, done = Watch(host), threading.Event()
    clients = [
        threading.Thread(target=_come, args=(ground, watch, port, done), daemon=True)
        for port in tls_ports(host)
    ]
    for client in clients:
        client.start()
    try:
        yield watch
    finally:
        done.set()
        for client in clients:
            client.join()


def _come(ground: Ground, watch: Watch, port: TlsPort, done: threading.Event) -> None:
    seen = watch.shown.setdefault(port.number, [])
    while not done.is_set():
        address = ground.next_client()
        for _ in range(_FROM_ONE_ADDRESS):
            try:
                seen.append(shown_by(watch.host, port, address))
            except (OSError, Refuted) as error:
                watch.refused.append(f"{port.number}: {error}")
            if done.wait(0.1):
                break
