"""passwd-files: who is in which, in what form, and how fast."""

from __future__ import annotations

import time

import pytest
from dovecot_building import (
    DEBIANS,
    HASH,
    OpenVault,
    artefact,
    small_host,
    small_system,
    text,
    user,
)

from mailctl.backends.dovecot.accounts import passwd_file
from mailctl.backends.dovecot.backend import Dovecot


def test_lines_are_sorted_whatever_the_order_of_the_spec() -> None:
    one = passwd_file("u", [user("b"), user("a")], OpenVault(), small_host("debian-13"))
    other = passwd_file("u", [user("a"), user("b")], OpenVault(), small_host("debian-13"))
    assert one == other
    assert one.content.decode().splitlines()[0].startswith("a@mail.example:")


@pytest.mark.parametrize(
    ("platform", "field"),
    [
        ("debian-12", "userdb_quota_rule=*:bytes=1048576"),
        ("debian-13", "userdb_quota_storage_size=1048576B"),
    ],
)
def test_the_quota_stands_in_the_users_line(platform: str, field: str) -> None:
    made = passwd_file("u", [user("a", quota=1 << 20)], OpenVault(), small_host(platform))
    assert made.content.decode() == f"a@mail.example:{HASH}::::::{field}\n"


def test_who_has_no_limit_has_no_quota_in_her_line() -> None:
    made = passwd_file("u", [user("a")], OpenVault(), small_host("debian-12"))
    assert made.content.decode() == f"a@mail.example:{HASH}::::::\n"


def test_a_quote_is_written_as_dovecot_looks_it_up() -> None:
    made = passwd_file("u", [user("o'brien")], OpenVault(), small_host("debian-13"))
    assert made.content.decode().startswith("o\\'brien@mail.example:{ARGON2ID}")


@pytest.mark.parametrize("local", ["a:b", "#a", "a\nb", "a\rb", "a\0b"])
def test_a_name_that_would_break_the_file_is_refused(local: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a passwd-file"):
        passwd_file("u", [user(local)], OpenVault(), small_host("debian-13"))


@pytest.mark.parametrize("hashed", ["{PLAIN}a:b", "{PLAIN}a\nroot:x"])
def test_a_hash_that_would_break_the_file_is_refused(hashed: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a passwd-file"):
        passwd_file("u", [user("a")], OpenVault(hashed), small_host("debian-13"))


@pytest.mark.parametrize("platform", DEBIANS)
def test_who_only_sends_is_known_to_submission_alone(platform: str) -> None:
    host = small_host(platform)
    system = small_system(host, user("anna"), user("scanner", send_only=True))
    content = Dovecot().contribute(system, host, OpenVault())
    assert "scanner" not in text(content, "dovecot/users")
    assert "scanner@mail.example:" in text(content, "dovecot/senders.smtp")
    assert "anna" not in text(content, "dovecot/senders.smtp")
    for protocol in ("imap", "pop3", "sieve"):
        assert text(content, f"dovecot/senders.{protocol}") == ""


def test_the_files_are_secret_and_readable_by_dovecot_alone() -> None:
    host = small_host()
    content = Dovecot().contribute(small_system(host, user("anna")), host, OpenVault())
    for path in ("dovecot/users", "dovecot/senders.smtp"):
        file = artefact(content, path)
        assert (file.owner, file.group, file.mode, file.secret) == ("root", "dovecot", 0o640, True)


def test_withheld_secrets_leave_an_empty_file_that_says_so() -> None:
    host = small_host()
    content = Dovecot().contribute(small_system(host, user("anna")), host, OpenVault(None))
    file = artefact(content, "dovecot/users")
    assert file.content == b""
    assert file.withheld


def test_a_hundred_thousand_users_are_no_matter() -> None:
    users = [user(f"user{number}", quota=1 << 30) for number in range(100_000)]
    began = time.perf_counter()
    made = passwd_file("u", users, OpenVault(), small_host("debian-13"))
    assert time.perf_counter() - began < 5
    assert made.content.count(b"\n") == 100_000
