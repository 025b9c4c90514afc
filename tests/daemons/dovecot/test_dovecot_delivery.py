"""LMTP, quota and Postfix's question about it: asked of the real daemon."""

from __future__ import annotations

import imaplib

import pytest
from dovecot_house import House
from lmtp import deliver

pytestmark = pytest.mark.daemons

BIG = b"Subject: big\r\n\r\n" + (b"x" * 998 + b"\r\n") * 600


def test_an_unknown_recipient_is_refused_before_the_message(house: House) -> None:
    assert deliver(house.socket("dovecot-lmtp"), "nobody@create.example").startswith("550 5.1.1")
    assert deliver(house.socket("dovecot-lmtp"), "anna@elsewhere.example").startswith("550 5.1.1")


def test_standard_folders_are_there_and_say_what_they_are_for(house: House) -> None:
    with house.imap("fay@create.example") as session:
        listing = b"\n".join(line for line in session.list()[1] if isinstance(line, bytes))
    for use, name in ((b"Sent", b"Sent"), (b"Trash", b"Trash"), (b"Junk", b"Junk")):
        assert any(b"\\" + use in line and line.endswith(name) for line in listing.splitlines()), (
            listing
        )


def test_a_message_that_exceeds_the_quota_is_refused(house: House) -> None:
    small = "small@create.example"
    assert deliver(house.socket("dovecot-lmtp"), small, BIG).startswith("250")
    assert _policy(house, small, 1000) == "action=DUNNO"
    assert deliver(house.socket("dovecot-lmtp"), small, BIG).startswith("552 5.2.2")
    assert _policy(house, small, 700_000) == "action=552 5.2.2 Mailbox is full"
    assert _policy(house, "small+detail@create.example", 700_000).startswith("action=552")
    with house.imap(small) as session:
        assert b"(STORAGE 58" in session.getquotaroot("INBOX")[1][1][0]
        assert session.append("INBOX", "", "", BIG)[0] == "NO"
    assert house.folders(small) == {"INBOX": 1}


@pytest.mark.parametrize(
    "recipient", ["anna@create.example", "nobody@create.example", "o'brien@create.example"]
)
def test_postfix_hears_nothing_against_others(house: House, recipient: str) -> None:
    assert _policy(house, recipient, 10_000_000) == "action=DUNNO"


def _policy(house: House, recipient: str, size: int) -> str:
    """The answer of the quota-status service (SMTPD_POLICY_README)."""
    question = (
        f"request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient={recipient}\nsize={size}\n\n"
    )
    with house.socket("dovecot-quota") as connection:
        connection.sendall(question.encode())
        return connection.recv(4096).decode().strip()


def test_folders_have_names_in_all_scripts(house: House) -> None:
    with house.imap("dan@create.example") as session:
        assert session.create('"INBOX.&BEIENQRBBEI-"')[0] == "OK"
    assert house.folders("dan@create.example") == {"INBOX.&BEIENQRBBEI-": 0}


def test_nobody_reads_the_mail_of_others(house: House) -> None:
    with house.imap("dan@create.example") as session:
        status, _ = session.select('"../anna/Maildir"')
        assert status == "NO"
        with pytest.raises(imaplib.IMAP4.error):
            session.search(None, "ALL")
