"""Mail that keeps coming while a host is maltreated: what it accepted, it must deliver.

Numbered messages, by turns from a stranger's server (port 25) and from the user (587, with TLS
and a password). A 250 after the dot makes the host responsible (RFC 5321, 4.2.5): from then on
the message has to be found in the mailbox. A refusal for now is allowed; one for good is not.
"""

from __future__ import annotations

import itertools
import smtplib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mailctl.proofs.connecting import tls_context
from mailctl.rehearsal.host import ThrowawayHost

PACE = 1.0
"""Seconds between two messages."""

_TEXT = """\
From: {sender}\r
To: {recipient}\r
Subject: number {number}\r
Date: Thu, 01 Jan 2026 12:00:00 +0000\r
Message-ID: <{token}@stream.invalid>\r
\r
This is number {number}.\r
"""


@dataclass(slots=True)
class MailStream:
    """`sources` are addresses of ours, used by turns."""

    host: ThrowawayHost
    user: str
    password: str
    sources: tuple[str, ...]
    accepted: list[str] = field(default_factory=list)
    put_off: int = 0
    """How often the host was not there, or said to come again."""
    refused: list[str] = field(default_factory=list)
    """Replies that said never to come again."""
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """From the thread that stands in the host's network."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        sources = itertools.cycle(self.sources)
        for number in itertools.count(1):
            if self._ended.wait(PACE):
                return
            token = f"{self.host.name}-{number}"
            try:
                self._send(number, token, next(sources))
            except (smtplib.SMTPException, OSError) as error:
                self._note(number, error)
            else:
                self.accepted.append(token)

    def _note(self, number: int, error: Exception) -> None:
        codes = [getattr(error, "smtp_code", 0)]
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            codes = [code for code, _ in error.recipients.values()]
        if any(code >= 500 for code in codes):
            self.refused.append(f"number {number} at {time.strftime('%X')}: {error}")
        else:
            self.put_off += 1

    def _send(self, number: int, token: str, source: str) -> None:
        submitted = number % 2 == 0
        sender = self.user if submitted else "someone@stream.invalid"
        text = _TEXT.format(sender=sender, recipient=self.user, number=number, token=token)
        port = 587 if submitted else 25
        # a name for SNI is asked of the constructor alone, which connects (smtplib.SMTP)
        address = str(self.host.addresses[0])
        client = smtplib.SMTP(address, port, source_address=(source, 0), timeout=20)
        try:
            client.ehlo(f"[{source}]")
            if submitted:
                client.starttls(context=tls_context())
                client.ehlo(f"[{source}]")
                client.login(self.user, self.password)
            client.sendmail(sender, [self.user], text.encode())
        finally:
            client.close()

    def delivered(self) -> set[str]:
        """The tokens of all messages that lie in mailboxes."""
        return set(_tokens(self.host.root / "var/vmail"))

    def missing(self, patience: float) -> tuple[str, ...]:
        """Accepted, and not delivered when the queue has been told to hurry for so long."""
        end = time.monotonic() + patience
        while (left := sorted(set(self.accepted) - self.delivered())) and time.monotonic() < end:
            self.host.run("postqueue", "-f")
            time.sleep(1)
        return tuple(left)


def _tokens(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*"):
        if file.is_file() and file.parent.name in ("new", "cur"):
            for line in file.read_text(errors="replace").splitlines():
                if line.startswith("Message-ID: <") and line.endswith("@stream.invalid>"):
                    yield line.removeprefix("Message-ID: <").partition("@")[0]
                    break
