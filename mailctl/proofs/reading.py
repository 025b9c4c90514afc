"""Reading mail as users do: IMAP (RFC 9051, RFC 3501) and POP3 (RFC 1939), TLS first."""

from __future__ import annotations

import contextlib
import imaplib
import poplib
import re
import socket
from types import TracebackType
from typing import Any, Self

from mailctl.model.host import Host
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable, Refuted
from mailctl.proofs.connecting import TIMEOUT, address_of, connect, tls_context
from mailctl.proofs.ground import Ground
from mailctl.proofs.people import password_of, store_of
from mailctl.proofs.waiting import ARRIVAL, until

IMAP = 143
IMAPS = 993
POP3 = 110
POP3S = 995

_LIST_LINE = re.compile(rb'^\([^)]*\) (?:"[^"]*"|NIL) (?P<name>.+)$')


class _Imap(imaplib.IMAP4):
    """imaplib's client, from a source address of ours; `tls`: handshake first."""

    def __init__(self, address: str, port: int, source: str, *, tls: bool) -> None:
        self._source = source
        self._tls = tls
        super().__init__(address, port, TIMEOUT)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = connect(self.host, self.port, self._source, timeout or TIMEOUT)
        return tls_context().wrap_socket(plain) if self._tls else plain


class _Pop(poplib.POP3):
    """poplib's client, likewise."""

    def __init__(self, address: str, port: int, source: str, *, tls: bool) -> None:
        self._source = source
        self._tls = tls
        super().__init__(address, port, TIMEOUT)

    def _create_socket(self, timeout: float) -> socket.socket:
        plain = connect(self.host, self.port, self._source, timeout)
        return tls_context().wrap_socket(plain) if self._tls else plain


class Mailbox:
    """An IMAP session of one user. Folder names are as IMAP writes them (modified UTF-7)."""

    def __init__(
        self, host: Host, source: str, login: str, password: str, port: int = IMAPS
    ) -> None:
        self.client = _Imap(address_of(host), port, source, tls=port == IMAPS)
        try:
            if port != IMAPS:
                self.client.starttls(tls_context())
            self.client.login(login, password)
        except BaseException:
            self.close()
            raise

    def folders(self) -> tuple[str, ...]:
        """All folders' names, sorted."""
        _, lines = self.client.list()
        return tuple(sorted(_folder_name(line) for line in lines if line))

    def find(self, token: str, folder: str = "INBOX") -> tuple[bytes, ...]:
        """All messages of a folder whose header or text contains the token."""
        status, _ = self.client.select(_quoted(folder), readonly=True)
        if status != "OK":
            return ()
        _, numbers = self.client.search(None, "TEXT", _quoted(token))
        found = numbers[0].split() if numbers and numbers[0] else []
        return tuple(self._fetch(number) for number in found)

    def count(self, token: str, folder: str) -> int:
        """How many messages of a folder contain the token."""
        status, _ = self.client.select(_quoted(folder), readonly=True)
        if status != "OK":
            return 0
        _, numbers = self.client.search(None, "TEXT", _quoted(token))
        return len(numbers[0].split()) if numbers and numbers[0] else 0

    def create(self, folder: str) -> None:
        """Make a folder; Refuted when the server will not."""
        status, said = self.client.create(_quoted(folder))
        if status != "OK":
            raise Refuted(f"CREATE {folder} is answered {said}")

    def locate(self, token: str) -> tuple[tuple[str, bytes], ...]:
        """Every copy of a message with the token, with the folder that it lies in."""
        return tuple((name, raw) for name in self.folders() for raw in self.find(token, name))

    def wait_for(self, token: str, folder: str = "INBOX", timeout: float = ARRIVAL) -> bytes:
        """The first message with the token in the folder; Refuted when none comes in time."""
        return until(
            lambda: next(iter(self.find(token, folder)), None),
            f"no message {token} came to the folder {folder}",
            timeout,
        )

    def wait_anywhere(self, token: str, timeout: float = ARRIVAL) -> tuple[str, bytes]:
        """The folder and the text of the first message with the token."""
        return until(
            lambda: next(iter(self.locate(token)), None),
            f"no message {token} came to any folder",
            timeout,
        )

    def _fetch(self, number: bytes) -> bytes:
        _, parts = self.client.fetch(number.decode(), "(BODY.PEEK[])")
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")

    def close(self) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self.client.logout()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_mailbox(ground: Ground, user: User, port: int = IMAPS) -> Mailbox:
    """The user's mailbox on the host that stores it."""
    host = store_of(ground.system, user)
    if not host.protocols.imap:
        raise NotApplicable(f"{host.name} offers no IMAP to look with")
    password = password_of(ground, user)
    return Mailbox(host, "", str(user.address), password, port)


def wait_in_inbox(ground: Ground, user: User, token: str, timeout: float = ARRIVAL) -> bytes:
    """The message with the token in the user's INBOX, by IMAP, or by POP3 where IMAP is off."""
    host = store_of(ground.system, user)
    if not host.protocols.imap and host.protocols.pop3:
        return wait_by_pop3(ground, user, token, POP3S, timeout)
    with open_mailbox(ground, user) as mailbox:
        return mailbox.wait_for(token, timeout=timeout)


def wait_by_pop3(
    ground: Ground, user: User, token: str, port: int = POP3S, timeout: float = ARRIVAL
) -> bytes:
    """The same by POP3; each look is a session, for a POP3 session sees no new mail."""
    host = store_of(ground.system, user)
    password = password_of(ground, user)
    return until(
        lambda: _pop3_look(host, "", port, (str(user.address), password), token),
        f"no message {token} came to the maildrop",
        timeout,
    )


def _pop3_look(
    host: Host, source: str, port: int, credentials: tuple[str, str], token: str
) -> bytes | None:
    """One session: newest message first, until one carries the token in its header."""
    client = _Pop(address_of(host), port, source, tls=port == POP3S)
    with contextlib.closing(client):
        if port != POP3S:
            client.stls(tls_context())
        client.user(credentials[0])
        client.pass_(credentials[1])
        for number in range(client.stat()[0], 0, -1):
            if any(token.encode() in line for line in client.top(number, 0)[1]):
                text = b"\r\n".join(client.retr(number)[1])
                client.quit()
                return text
        client.quit()
    return None


def _folder_name(line: Any) -> str:
    """The name in a line of LIST; imaplib gives a literal as a tuple."""
    if isinstance(line, tuple):
        return bytes(line[1]).decode()
    match = _LIST_LINE.match(bytes(line))
    if match is None:
        raise Refuted(f"LIST said {line!r}")
    name = match["name"].decode()
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name


def _quoted(text: str) -> str:
    """An IMAP quoted string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
