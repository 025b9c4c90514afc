"""The world outside: one throwaway host that is everybody else's mail server and name server.

It signs what it sends, verifies what it receives (OpenDKIM for DKIM, OpenDMARC for SPF and
DMARC), writes the verdicts into Authentication-Results (RFC 8601), and keeps every message.
"""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path

from mailctl.dns.record import Record
from mailctl.errors import RehearsalError
from mailctl.keys.dkim import SigningKey
from mailctl.model.host import CertificateFiles
from mailctl.model.names import DomainName
from mailctl.proofs.base import Refuted
from mailctl.proofs.ground import Received
from mailctl.rehearsal import recipe, system
from mailctl.rehearsal.authority import ROOTS_PORT, Authority, roots
from mailctl.rehearsal.foreign import SELECTOR, Foreigners, Places
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.name_server import lay_zones
from mailctl.rehearsal.throwaway import ThrowawayNetwork
from mailctl.rehearsal.updaters import Updater
from mailctl.render.environment import render

_SIGNING_PORT = 10025
_PLAIN_PORT = 10026
_OPENDKIM = "inet:127.0.0.1:8891"
_OPENDMARC = "inet:127.0.0.1:8893"
_MAILBOX = "/var/mail/world"
_OWNER = 2000
"""The numeric owner of the mailbox; virtual(8) needs no account for it."""

_CERTIFICATE = CertificateFiles("/etc/ssl/world.pem", "/etc/ssl/private/world.key")
_KEY = "/etc/opendkim-world.pem"
_INTERNAL = "/etc/rehearsal-clients"
_PAUSE = 0.05


@dataclass(slots=True)
class World:
    """The foreign host, booted. It is `Outside` to the proofs."""

    host: ThrowawayHost
    foreign: Foreigners
    domain: DomainName
    address: str
    update_key: Path
    """Signs updates of the zones that it serves."""
    authority_roots: Callable[[], str] | None = None
    _read: dict[str, Received] = field(default_factory=dict, repr=False)

    def send(
        self, message: EmailMessage | bytes, sender: str, recipient: str, *, signed: bool = True
    ) -> None:
        """Queue a message there. The caller stands in the client's network namespace."""
        raw = message if isinstance(message, bytes) else message.as_bytes(policy=SMTP)
        port = _SIGNING_PORT if signed else _PLAIN_PORT
        with smtplib.SMTP(self.address, port, local_hostname="client", timeout=30) as session:
            session.sendmail(sender, [recipient], raw)

    def wait_for(self, token: str, recipient: str = "", timeout: float = 30) -> Received:
        """The message in the foreign mailbox that contains the token; Refuted when none comes."""
        end = time.monotonic() + timeout
        while True:
            late = time.monotonic() >= end
            for received in self._received():
                if token.encode() in received.raw and recipient in ("", received.envelope_to):
                    return received
            if late:
                whom = f" for {recipient}" if recipient else ""
                raise Refuted(f"no message{whom} reached {self.foreign.fqdn} in {timeout:.0f} s")
            time.sleep(_PAUSE)

    def _received(self) -> Iterator[Received]:
        """Every message that was ever delivered here; each file is read once."""
        folder = self.host.root / _MAILBOX.lstrip("/") / "new"
        for path in sorted(folder.glob("*")):
            if path.name not in self._read:
                self._read[path.name] = _received(path)
        yield from list(self._read.values())

    def wait(self) -> None:
        """Until mail and names are served."""
        self.host.wait()
        with self.host.seen_from_the_client():
            authority = () if self.authority_roots is None else (ROOTS_PORT,)
            for port in (25, 53, _SIGNING_PORT, _PLAIN_PORT, *authority):
                _await_port(self.address, port)
        # milters answer inside alone; without them mail is put off, and comes a second later
        for port in (8891, 8893):
            self._await_milter(port)

    def _await_milter(self, port: int) -> None:
        end = time.monotonic() + 30
        while f":{port:04X} " not in (self.host.run("cat", "/proc/net/tcp")[1]):
            if time.monotonic() > end:
                raise RehearsalError(f"nothing answers on port {port} of the foreign host")
            time.sleep(_PAUSE)


def boot_world(
    net: ThrowawayNetwork,
    foreign: Foreigners,
    free: Places,
    key: SigningKey,
    records: Iterable[Record],
    wanted: Iterable[Record] = (),
    authority: Authority | None = None,
    updaters: tuple[Updater, ...] = (),
) -> World:
    """Start the foreign host, serving these records, and the zones of those that are wanted;
    call `wait` before it is needed. It is the name server of the `updaters` too."""
    name = "outside"
    while name in net.hosts:
        name += "-"
    host = net.lay(name, recipe=recipe.world(), addresses=free.world, fqdn=foreign.fqdn)
    net.lend(host, {each.address for each in updaters} - {*free.world})
    update_key = lay_zones(host.root, records, wanted, free.world, foreign.fqdn, updaters)
    _lay_mail(host.root, foreign, free, key)
    if authority is not None:
        authority.lay(host.root, free.world[0])
    host.boot()
    address = str(free.world[0])
    ask = partial(roots, address) if authority is not None else None
    return World(host, foreign, foreign.domain, address, update_key, ask)


def _lay_mail(root: Path, foreign: Foreigners, free: Places, key: SigningKey) -> None:
    system.lay_certificate(root, foreign.fqdn, _CERTIFICATE)
    newer = [f"[{place}]" for place in free.clients if place.version == 6]
    values = {
        "fqdn": foreign.fqdn,
        "domains": foreign.domains,
        "clients": [free.client_network, *newer],
        "mailbox": _MAILBOX,
        "owner": _OWNER,
        "key": _CERTIFICATE.key,
        "certificate": _CERTIFICATE.certificate,
        "opendkim": _OPENDKIM,
        "opendmarc": _OPENDMARC,
        "signing_port": _SIGNING_PORT,
        "plain_port": _PLAIN_PORT,
    }
    for file in ("main.cf", "master.cf"):
        (root / "etc/postfix" / file).write_bytes(render(f"rehearsal/{file}", {}, **values))
    _lay_milters(root, foreign, free, key)
    mailbox = root / _MAILBOX.lstrip("/")
    mailbox.mkdir(parents=True)
    system.own(mailbox, _OWNER)


def _lay_milters(root: Path, foreign: Foreigners, free: Places, key: SigningKey) -> None:
    newer = (place for place in free.clients if place.version == 6)
    internal = ("127.0.0.1", "::1", free.client_network, *newer)
    inside = "".join(f"{place}\n" for place in internal)
    (root / _INTERNAL.lstrip("/")).write_text(inside)
    private = root / _KEY.lstrip("/")
    private.touch(mode=0o600)
    private.write_bytes(key.pem)
    common = {"fqdn": foreign.fqdn, "internal": _INTERNAL}
    (root / "etc/opendkim.conf").write_bytes(
        render(
            "rehearsal/opendkim.conf",
            {},
            socket=_milter_socket(_OPENDKIM),
            domains=foreign.domains,
            selector=SELECTOR,
            key=_KEY,
            name_server=free.world[0],
            **common,
        )
    )
    (root / "etc/opendmarc.conf").write_bytes(
        render("rehearsal/opendmarc.conf", {}, socket=_milter_socket(_OPENDMARC), **common)
    )


def _milter_socket(place: str) -> str:
    """Postfix says inet:HOST:PORT, milters say inet:PORT@HOST."""
    kind, host, port = place.split(":")
    return f"{kind}:{port}@{host}"


def _received(path: Path) -> Received:
    raw = path.read_bytes()
    # virtual(8) writes the recipient as it stood in the envelope
    return Received(raw, str(message_from_bytes(raw).get("X-Original-To", "")))


def _await_port(address: str, port: int, patience: float = 30) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            socket.create_connection((address, port), timeout=2).close()
        except OSError:
            if time.monotonic() > end:
                raise RehearsalError(f"the foreign host does not answer on port {port}") from None
            time.sleep(_PAUSE)
        else:
            return
