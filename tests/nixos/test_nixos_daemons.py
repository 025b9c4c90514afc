"""Debian's daemons run what nixpkgs makes of a module, and mail flows by it: Postfix and OpenDKIM
on both releases, Dovecot 2.3 with the texts of 24.11 and 2.4 with those of 26.05."""

from __future__ import annotations

import imaplib
import os
import re
import smtplib
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from nixos_on_debian import PASSWORD, NixosHouse, a_nixos_house

from mailctl.compile import compile_host
from mailctl.keys.vault import WithheldVault

pytestmark = pytest.mark.hosts

ANNA = "anna@office.example"
BEN = "ben@office.example"
STRANGER = "somebody@elsewhere.example"


@pytest.fixture(scope="module", params=[("debian-12", "24.11"), ("debian-13", "26.05")])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NixosHouse]:
    if os.geteuid() != 0:
        pytest.skip("boots throwaway hosts, for which one is root")
    with a_nixos_house(*request.param, tmp_path_factory.mktemp("module")) as built:
        yield built


def _tls() -> ssl.SSLContext:
    """The host's certificate is its own."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def _receiving(house: NixosHouse) -> Iterator[smtplib.SMTP]:
    with house.network.inside():
        session = smtplib.SMTP(house.address, 25, timeout=30)
    with session:
        session.ehlo("elsewhere.example")
        yield session


@contextmanager
def _submission(house: NixosHouse, user: str = ANNA) -> Iterator[smtplib.SMTP]:
    with house.network.inside():
        session = smtplib.SMTP(house.address, 587, timeout=30)
    with session:
        session.starttls(context=_tls())
        session.login(user, PASSWORD)
        yield session


def _message(sender: str, recipient: str, subject: str) -> str:
    return f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n\r\nA word.\r\n"


def _found(house: NixosHouse, user: str, subject: str, folder: str = "INBOX") -> str:
    """The message with this subject, once it is there."""
    for _ in range(60):
        with house.network.inside():
            session = imaplib.IMAP4_SSL(house.address, ssl_context=_tls(), timeout=30)
        with session:
            session.login(user, PASSWORD)
            if session.select(f'"{folder}"', readonly=True)[0] == "OK":
                numbers = session.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
                for number in numbers:
                    part = session.fetch(number.decode(), "(RFC822)")[1][0]
                    assert isinstance(part, tuple)
                    return bytes(part[1]).decode()
        time.sleep(0.5)
    raise AssertionError(f"{subject} never came:\n" + house.run("journalctl", "--lines=60"))


NIXPKGS_DOVECOT = {
    ("base_dir", "/run/dovecot2"),
    ("default_internal_user", "dovecot2"),
    ("default_internal_group", "dovecot2"),
    ("maildir_copy_with_hardlinks", "yes"),
    ("maildir/copy_with_hardlinks", "yes"),
    ("pop3_uidl_format", "%08Xv%08Xu"),
    ("service auth/user", "root"),
    ("plugin/sieve_extensions", "+fileinto"),
    ("plugin/sieve_global_extensions", ""),
    ("plugin/sieve_plugins", ""),
    ("plugin/sieve_pipe_bin_dir", "/nix/store/sieve-pipe-bins"),
    ("sieve_script_bin_path", "/tmp/dovecot-%{user|username|lower}"),  # noqa: S108
}
"""What nixpkgs' module says besides: places, and defaults that are Dovecot's own."""


def _settings(text: str) -> Counter[tuple[str, str]]:
    """What `doveconf -n` prints, each setting with its blocks and how often it stands there."""
    blocks: list[str] = []
    found: Counter[tuple[str, str]] = Counter()
    for line in map(str.strip, text.splitlines()):
        if line.endswith("{"):
            blocks.append(line.removesuffix("{").strip())
        elif line == "}":
            blocks.pop()
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            words = sorted(re.findall(r'[^\s"]+', value))
            if name.strip() == "protocols":  # a list, or a set of switches
                found.update((f"protocols/{word}", "yes") for word in words)
            else:
                found["/".join([*blocks, name.strip()]), " ".join(words)] += 1
    return found


def test_doveconf_reads_the_same(house: NixosHouse) -> None:
    """Dovecot's own reading of nixpkgs' text, and of ours for the same host."""
    host = house.system.hosts["mail"]
    artefacts = compile_host(house.system, host, WithheldVault()).content.artefacts
    ours = next(each for each in artefacts if each.path == "dovecot/dovecot.conf")
    house.tell("/etc/dovecot/ours.conf", ours.content)
    wanted = _settings(house.run("doveconf", "-n", "-c", "/etc/dovecot/ours.conf"))
    read = _settings(house.run("doveconf", "-n"))
    assert not wanted - read
    assert set(read - wanted) <= NIXPKGS_DOVECOT


def test_postconf_reads_the_same(house: NixosHouse) -> None:
    """The same for Postfix: what its own program prints of both files."""
    host = house.system.hosts["mail"]
    artefacts = compile_host(house.system, host, WithheldVault()).content.artefacts
    for name in ("main.cf", "master.cf"):
        ours = next(each for each in artefacts if each.path == f"postfix/{name}")
        house.tell(f"/etc/ours/{name}", ours.content)
    house.tell("/etc/ours/dynamicmaps.cf", "pcre postfix-pcre.so dict_pcre_open\n")
    assert _postconf(house, "/etc/ours") <= _postconf(house, "/etc/postfix")


def _postconf(house: NixosHouse, folder: str) -> set[str]:
    lines = (
        line
        for flag in ("-n", "-P")
        for line in house.run("postconf", "-c", folder, flag).splitlines()
    )
    own = ("config_directory", "postconf: warning")
    return {
        re.sub(r"\b(lmdb|hash|btree)\b", "hash", line) for line in lines if not line.startswith(own)
    }


def test_mail_of_a_stranger_arrives(house: NixosHouse) -> None:
    with _receiving(house) as session:
        session.sendmail(STRANGER, BEN, _message(STRANGER, BEN, "from outside"))
    assert "DKIM-Signature" not in _found(house, BEN, "from outside")


def test_mail_to_a_detail_goes_into_its_folder(house: NixosHouse) -> None:
    recipient = "ben+lists@office.example"
    with _receiving(house) as session:
        session.sendmail(STRANGER, recipient, _message(STRANGER, recipient, "for a detail"))
    _found(house, BEN, "for a detail", "INBOX.lists")


def test_a_user_s_own_script_runs(house: NixosHouse) -> None:
    with _submission(house, "scanner@office.example") as session:
        sender = "scanner@office.example"
        session.sendmail(sender, ANNA, _message(sender, ANNA, "a scan"))
    _found(house, ANNA, "a scan", "Scans")


def test_what_a_user_sends_is_signed(house: NixosHouse) -> None:
    with _submission(house) as session:
        session.sendmail(ANNA, BEN, _message(ANNA, BEN, "from within"))
    text = _found(house, BEN, "from within")
    signature = text[text.index("DKIM-Signature") :].split("\r\nFrom:")[0]
    assert "d=office.example" in signature
    assert "s=s1" in signature
    assert house.address not in text  # nor where the user sits
    assert "192.0.2.1" not in text


def test_nobody_is_relayed_and_nobody_unknown_is_received(house: NixosHouse) -> None:
    with _receiving(house) as session:
        session.mail(STRANGER)
        assert session.rcpt("other@elsewhere.example")[0] == 554
        assert session.rcpt("nobody@office.example")[0] == 550


def test_a_foreign_sender_is_refused(house: NixosHouse) -> None:
    with _submission(house) as session:
        session.mail(BEN)
        assert session.rcpt(ANNA)[0] == 553


def test_no_password_in_the_clear_and_no_wrong_one(house: NixosHouse) -> None:
    with _receiving(house) as session:
        assert "auth" not in session.esmtp_features
    with house.network.inside():
        submission = smtplib.SMTP(house.address, 587, timeout=30)
    with submission:
        submission.ehlo("client.example")
        assert "auth" not in submission.esmtp_features
        submission.starttls(context=_tls())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            submission.login(ANNA, "wrong")


def test_secrets_are_for_their_daemon_alone(house: NixosHouse) -> None:
    look = ("find", "/var/lib/mailctl/secrets", "-type", "f", "-printf", "%f %m %u:%g\n")
    modes = dict(line.split(" ", 1) for line in house.run(*look).splitlines())
    assert modes["users"] == "640 root:dovecot2"
    assert modes["s1.pem"] == "600 opendkim:opendkim"


WORDS = ("warning", "error", "fatal", "panic", "unknown setting", "unused parameter", "deprecated")
PROVOKED = ("authentication failed", "Authentication failure")
"""What these tests themselves are the cause of."""
NOT_IN_DEBIAN_12 = "tls_ffdhe_auto_groups"
"""A parameter of 24.11's Postfix."""


def test_the_daemons_have_nothing_to_say(house: NixosHouse) -> None:
    said = [
        line
        for unit in ("dovecot", "opendkim", "postfix*")
        for line in house.run(*JOURNAL, "--unit", unit).splitlines()
        if any(word in line.lower() for word in WORDS)
    ]
    assert not [line for line in said if not any(x in line for x in (*PROVOKED, NOT_IN_DEBIAN_12))]


JOURNAL = ("journalctl", "--no-pager", "--output=cat")
