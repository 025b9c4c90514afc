"""A user's mail as her programs see it: IMAP (RFC 9051) and ManageSieve (RFC 5804)."""

from __future__ import annotations

import hashlib
import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mail_host import PASSWORD, MailHost

from mailctl.proofs.managesieve import ManageSieve

_LIST = re.compile(rb'^\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) "?(?P<name>[^"]+)"?$')
_FLAGS = re.compile(rb"FLAGS \((?P<flags>[^)]*)\)")
_UID = re.compile(rb"UID (?P<uid>\d+)")
_DATE = re.compile(rb'INTERNALDATE "(?P<date>[^"]+)"')


@contextmanager
def imap(mail: MailHost, login: str) -> Iterator[imaplib.IMAP4_SSL]:
    """A session; nobody vouches for the certificate of a host that lives for a minute."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        mail.net.inside(),
        imaplib.IMAP4_SSL(mail.address, ssl_context=context, timeout=20) as client,
    ):
        client.login(login, PASSWORD)
        yield client


@contextmanager
def managesieve(mail: MailHost, login: str) -> Iterator[ManageSieve]:
    """A session of a script editor."""
    with (
        mail.net.inside(),
        ManageSieve(mail.address, str(mail.net.client_addresses[0]), login, PASSWORD) as client,
    ):
        yield client


def scripts(mail: MailHost, login: str) -> dict[str, tuple[bool, str]]:
    """The user's scripts: whether each is the active one, and its text."""
    with managesieve(mail, login) as client:
        return {name: (active, client.get(name)) for name, active in client.scripts().items()}


def wait_for(mail: MailHost, login: str, subject: str, folder: str = "INBOX") -> None:
    """Until a letter is there."""
    end = time.monotonic() + 20
    while True:
        with imap(mail, login) as client:
            status, _ = client.select(f'"{folder}"', readonly=True)
            if status == "OK" and client.search(None, "SUBJECT", f'"{subject}"')[1][0]:
                return
        if time.monotonic() > end:
            raise AssertionError(f"{subject} did not come to {folder} of {login}")
        time.sleep(0.2)


def snapshot(mail: MailHost, login: str) -> dict[str, object]:
    """All that the user would miss: folders, their numbering (UIDVALIDITY, UIDNEXT), what she
    has subscribed to, each message with its UID, flags, date and content, and the quota."""
    found: dict[str, object] = {}
    with imap(mail, login) as client:
        found["subscribed"] = sorted(_names(client.lsub()[1]))
        for folder in sorted(_names(client.list()[1])):
            status = client.status(f'"{folder}"', "(UIDVALIDITY UIDNEXT UNSEEN)")[1][0]
            found[f"status of {folder}"] = status.rpartition(b"(")[2]
            client.select(f'"{folder}"', readonly=True)
            found[f"messages of {folder}"] = _messages(client)
        found["quota"] = client.getquotaroot("INBOX")[1]
    return found


def _names(lines: list[bytes | tuple[bytes, bytes] | None]) -> Iterator[str]:
    for line in lines:
        if isinstance(line, bytes) and (match := _LIST.match(line)):
            yield match["name"].decode()


def _messages(client: imaplib.IMAP4_SSL) -> list[tuple[int, list[bytes], bytes, str]]:
    parts = client.uid("fetch", "1:*", "(UID FLAGS INTERNALDATE BODY.PEEK[])")[1]
    found = []
    for part in parts:
        if isinstance(part, tuple):
            head = part[0]
            uid, flags, date = _UID.search(head), _FLAGS.search(head), _DATE.search(head)
            assert uid and flags and date, head
            # \Recent is the session's, no state of the message
            kept = sorted(set(flags["flags"].split()) - {b"\\Recent"})
            found.append((int(uid["uid"]), kept, date["date"], hashlib.sha256(part[1]).hexdigest()))
    return found
