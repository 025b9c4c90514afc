"""The subaddress policy and users' scripts on real hosts: every case of a detail."""

from __future__ import annotations

import time
from email import message_from_string

import pytest
from dovecot_house import LIMIT, PASSWORD, House, tls
from lmtp import deliver
from managesieve import ManageSieve

pytestmark = pytest.mark.daemons


def _send(
    house: House, recipient: str, header: str = "", sender: bytes = b"out@foreign.example"
) -> str:
    message = f"{header}From: <out@foreign.example>\nSubject: hello\n\nhello\n"
    return deliver(
        house.socket("dovecot-lmtp"), recipient, message.replace("\n", "\r\n").encode(), sender
    )


def _told(house: House, user: str, folder: str) -> str:
    """The notice about a new folder, once it has come through Postfix."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        for text in house.texts(user):
            if f"Folder {folder} was just created" in text:
                return text
        time.sleep(0.1)
    raise AssertionError(f"{user} was not told of {folder}: {house.texts(user)}")


def test_a_new_folder_is_made_and_the_user_is_told(house: House) -> None:
    assert _send(house, "ben+Shop@create.example").startswith("250")
    notice = message_from_string(_told(house, "ben@create.example", "INBOX.shop"))
    assert _send(house, "Ben+SHOP@create.example").startswith("250")
    assert house.folders("ben@create.example") == {"INBOX": 1, "INBOX.shop": 2}
    assert notice["From"] == "<postmaster@create.example>"
    assert notice["To"] == "ben@create.example"
    assert notice["Auto-Submitted"].startswith("auto-notified")
    assert notice["Return-Path"] == "<postmaster@create.example>"
    assert "INBOX.shop" in notice.get_payload()
    with house.imap("ben@create.example") as session:
        assert b"INBOX.shop" in b"".join(session.lsub()[1])


def test_a_message_without_sender_makes_a_notice_without_return_path(house: House) -> None:
    assert _send(house, "ben+bounces@create.example", sender=b"").startswith("250")
    notice = message_from_string(_told(house, "ben@create.example", "INBOX.bounces"))
    assert notice["Return-Path"] == "<>"
    assert "postmaster@create.example" in notice["From"]


@pytest.mark.parametrize(
    "detail",
    ["", "/", "/etc", "a/b", "%", "*", "~root", "&AOk-", "'q'", "{x}", "${x}", "x" * 65, "x" * 200],
)
def test_a_detail_that_is_no_name_stays_in_the_inbox(house: House, detail: str) -> None:
    before = house.folders("cora@create.example")
    assert _send(house, f"cora+{detail}@create.example").startswith("250")
    assert house.folders("cora@create.example") == {**before, "INBOX": before.get("INBOX", 0) + 1}


@pytest.mark.parametrize("local", [".", "..", "../x", "a..b", "a.", "two words", 'quo\\"te'])
def test_so_does_one_that_needs_quotes(house: House, local: str) -> None:
    before = house.folders("cora@create.example")
    assert _send(house, f'"cora+{local}"@create.example').startswith("250")
    assert house.folders("cora@create.example") == {**before, "INBOX": before.get("INBOX", 0) + 1}


def test_a_detail_beyond_ascii_or_with_control_characters_makes_no_folder(house: House) -> None:
    before = set(house.folders("cora@create.example"))
    assert _send(house, "cora+é@create.example")[:3] == (
        "501" if house.platform == "debian-12" else "250"
    )
    assert _send(house, "cora+\x01@create.example").startswith("500")
    assert set(house.folders("cora@create.example")) <= before | {"INBOX"}


def test_a_detail_with_the_separator_makes_a_folder_within_a_folder(house: House) -> None:
    assert _send(house, "dan+shops.books@create.example").startswith("250")
    assert house.folders("dan@create.example")["INBOX.shops.books"] == 1


def test_a_flood_of_details_makes_no_more_folders_than_the_limit(house: House) -> None:
    for number in range(LIMIT + 6):
        assert _send(house, f"eve+flood{number}@create.example").startswith("250")
    folders = house.folders("eve@create.example")
    assert len([name for name in folders if name.startswith("INBOX.flood")]) == LIMIT
    _told(house, "eve@create.example", f"INBOX.flood{LIMIT - 1}")
    assert house.folders("eve@create.example")["INBOX"] == 6 + LIMIT
    assert _send(house, "eve+flood0@create.example").startswith("250")
    assert house.folders("eve@create.example")["INBOX.flood0"] == 2


def test_mode_existing_uses_folders_and_makes_none(house: House) -> None:
    anna = "anna@existing.example"
    with house.imap(anna) as session:
        session.create("INBOX.shop")
    assert _send(house, "anna+Shop@existing.example").startswith("250")
    assert _send(house, "anna+other@existing.example").startswith("250")
    assert house.folders(anna) == {"INBOX": 1, "INBOX.shop": 1}


def test_mode_ignore_leaves_all_in_the_inbox(house: House) -> None:
    assert _send(house, "anna+shop@ignore.example").startswith("250")
    assert house.folders("anna@ignore.example") == {"INBOX": 1}


def test_the_talks_script_works_as_a_users_own(house: House) -> None:
    talk = "talk@ignore.example"
    assert _send(house, "talk+Conference@ignore.example").startswith("250")
    assert _send(house, "talk+conference@ignore.example").startswith("250")
    assert _send(house, talk).startswith("250")
    _told(house, talk, "INBOX.conference")
    assert house.folders(talk) == {"INBOX": 2, "INBOX.conference": 2}


def test_scripts_of_the_spec_are_compiled_once_and_kept_with_the_user(house: House) -> None:
    kept = (
        "/var/vmail/create.example/ben/.sieve-compiled/subaddress/subaddress.svbin",
        "/var/vmail/create.example/ben/.sieve-compiled/host-before-1/before-1.svbin",
    )
    assert _send(house, "ben+shop@create.example").startswith("250")
    first = house.run("stat", "--format=%U %y", *kept)
    assert _send(house, "ben+shop@create.example").startswith("250")
    assert house.run("stat", "--format=%U %y", *kept) == first
    assert first[0] == 0, first[1]
    assert all(line.startswith("vmail ") for line in first[1].splitlines())


def test_scripts_of_host_and_domain_run_around_the_users(house: House) -> None:
    fay = "fay@create.example"
    assert _send(house, fay, "X-Junk: 1\n").startswith("250")
    assert _send(house, "fay+later@create.example", "X-Archive: 1\n").startswith("250")
    assert _send(house, "anna@existing.example", "X-Archive: 1\n").startswith("250")
    assert house.folders(fay) == {"Junk": 1, "Archive": 1}
    assert "Archive" not in house.folders("anna@existing.example")


def test_a_personal_script_has_precedence_and_the_policy_works_beside_it(house: House) -> None:
    anna = "anna@create.example"
    script = 'require ["fileinto", "mailbox"]; if exists "X-Own" { fileinto :create "Own"; stop; }'
    with ManageSieve(house.connect(4190), tls()) as session:
        assert session.login(anna, PASSWORD).startswith("OK")
        assert session.put("own", script).startswith("OK")
        assert session.ask(b'SETACTIVE "own"').startswith("OK")
    assert _send(house, "anna+detail@create.example", "X-Own: 1\n").startswith("250")
    assert _send(house, "anna+detail@create.example").startswith("250")
    _told(house, anna, "INBOX.detail")
    assert house.folders(anna) == {"INBOX": 1, "INBOX.detail": 1, "Own": 1}


def test_the_script_of_the_spec_is_shown_until_the_user_activates_her_own(house: House) -> None:
    with ManageSieve(house.connect(4190), tls()) as session:
        session.login("talk@ignore.example", PASSWORD)
        assert '"default" ACTIVE' in session.ask(b"LISTSCRIPTS")
        assert "was just created" in session.ask(b'GETSCRIPT "default"')


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ('require "vnd.dovecot.pipe"; pipe "sh";', "vnd.dovecot.pipe"),
        ('require "vnd.dovecot.execute"; execute "sh";', "vnd.dovecot.execute"),
        ("keep", "';'"),
        ("# " + "x" * 300_000, ""),
    ],
)
def test_scripts_that_may_not_run_are_refused(house: House, script: str, complaint: str) -> None:
    with ManageSieve(house.connect(4190), tls()) as session:
        session.login("ben@create.example", PASSWORD)
        answer = session.put("bad", script)
    assert answer.startswith("NO")
    assert complaint in answer
