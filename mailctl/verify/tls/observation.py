"""What was seen on the ports of the servers, as values without a judgement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from mailctl.model.listening import TlsPort


class Offer(Enum):
    """What a client offers in a handshake of its own. LEGACY is TLS 1.2 with cipher suites alone
    that lack forward secrecy or authenticated encryption."""

    TLS_1_3 = "TLS 1.3"
    TLS_1_2 = "TLS 1.2"
    TLS_1_1 = "TLS 1.1"
    TLS_1_0 = "TLS 1.0"
    LEGACY = "legacy cipher suites"


class Answer(Enum):
    """UNTRIED: OpenSSL here cannot make the offer, or the connection broke before it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNTRIED = "not tried"


class Contact(Enum):
    """How far one came. SILENT: no answer in time, or no way there, so that nobody knows;
    NO_ROUTE: this machine has no network of that family."""

    TLS = "tls"
    NO_TLS = "no tls"
    CLOSED = "closed"
    SILENT = "silent"
    NO_ROUTE = "no route"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A leaf certificate. `names` are its dNSName entries in lower case, `key` is what kind of
    public key it has (RSA, EC, Ed25519 ...) and `bits` its size; `signature` is the hash it is
    signed with, empty where the algorithm has none to choose. Digests are SHA-256 in hexadecimal:
    of the whole, and of the SubjectPublicKeyInfo."""

    fingerprint: str
    key_digest: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    key: str
    bits: int
    signature: str
    self_signed: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One port at one address; `name` is the further name of the host that was asked for, empty for
    its fqdn. Of further names only the certificate is looked at. `reason` is why there is no TLS;
    `chain` is what OpenSSL holds against the chain, empty when it verifies, None when it was not
    tried."""

    host: str
    address: str
    port: TlsPort
    contact: Contact
    reason: str = ""
    answers: tuple[tuple[Offer, Answer], ...] = ()
    certificate: Certificate | None = None
    chain: str | None = None
    name: str = ""

    def answer(self, offer: Offer) -> Answer:
        """What became of one offer."""
        return dict(self.answers).get(offer, Answer.UNTRIED)
