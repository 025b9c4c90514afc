"""The host that is moved from Debian 12 to 13, and the mail that it carries."""

from __future__ import annotations

import time
from pathlib import Path

from mail_account import imap, managesieve, wait_for
from mail_host import PASSWORD, MailHost

ADDRESS = "203.0.113.55"
ANNA = "anna@move.example"
BEN = "ben@move.example"
CARLA = "carla@move.example"

SPEC = """\
mailctl: 1
hosts:
  mail:
    fqdn: mail.move.example
    addresses: [{address}]
    platform: {platform}
    limits: {{message_size: {size}}}
    sieve: {{before: before.sieve}}
domains:
  move.example: {{}}
users:
  anna@move.example:
    password: {{file: secret}}
    aliases: [postmaster@move.example, abuse@move.example]
    quota: 20M
  ben@move.example:
    password: {{file: secret}}
    sieve: ben.sieve
  carla@move.example:
    password: {{file: secret}}
"""

BEFORE = """\
require ["fileinto", "mailbox"];
if header :contains "subject" "by the host" { fileinto :create "FromHost"; stop; }
"""

BENS = """\
require ["fileinto", "mailbox"];
if header :contains "subject" "by the spec" { fileinto :create "FromSpec"; }
"""

HELPER = """\
require ["fileinto", "mailbox", "imap4flags"];
if header :contains "subject" "by an include" {
  addflag "$Included";
  fileinto :create "Included";
}
"""

MAIN = """\
require ["include", "vacation"];
include :personal "helper";
if header :contains "subject" "are you there" {
  vacation :days 7 :subject "away" :addresses ["anna@move.example"] "I am at sea.";
}
"""


def write_spec(folder: Path, platform: str, size: str = "30M") -> None:
    """The spec and what it names."""
    (folder / "secret").write_text(f"{PASSWORD}\n")
    (folder / "before.sieve").write_text(BEFORE)
    (folder / "ben.sieve").write_text(BENS)
    (folder / "mail.yaml").write_text(SPEC.format(address=ADDRESS, platform=platform, size=size))


def fill(mail: MailHost) -> None:
    """Letters, folders, flags, subscriptions, scripts, a vacation that has answered once, and a
    letter that waits in the queue."""
    with managesieve(mail, ANNA) as client:
        client.put("helper", HELPER)
        client.put("main", MAIN)
        client.activate("main")
    for subject in ("first", "second", "third", "filed by an include", "filed by the host"):
        mail.send(ANNA, subject)
    mail.send(BEN, "filed by the spec")
    mail.send(ANNA, "are you there", sender=BEN)
    for login, subject, folder in (
        *((ANNA, each, "INBOX") for each in ("first", "second", "third", "are you there")),
        (ANNA, "filed by an include", "Included"),
        (ANNA, "filed by the host", "FromHost"),
        (BEN, "filed by the spec", "FromSpec"),
        (BEN, "away", "INBOX"),
    ):
        wait_for(mail, login, subject, folder)
    _arrange(mail)
    mail.does(
        "printf 'Subject: waits\\n\\nwaits\\n' | sendmail -f anna@move.example x@away.invalid"
    )


def _arrange(mail: MailHost) -> None:
    """What Anna has done with her mail in years, in a second."""
    with imap(mail, ANNA) as client:
        for folder in ("Letters", "Letters.Old", "Caf&AOk-"):
            assert client.create(folder)[0] == "OK"
        client.subscribe("Letters.Old")
        client.unsubscribe("Trash")
        client.select("INBOX")
        client.store("1", "+FLAGS", "(\\Seen \\Answered)")
        client.store("2", "+FLAGS", "(\\Flagged $Work Privat)")
        client.copy("1:2", "Letters.Old")
        client.copy("3", "Caf&AOk-")
        # a gap in the numbers
        client.store("3", "+FLAGS", "(\\Deleted)")
        client.expunge()
        client.append("Letters", "(\\Draft \\Seen)", imaplib_time(), b"Subject: kept\r\n\r\nx\r\n")


def imaplib_time() -> str:
    """A day long ago, which no clock of today gives a letter."""
    import imaplib

    return imaplib.Time2Internaldate(time.mktime((2009, 5, 4, 3, 2, 1, 0, 1, -1)))
