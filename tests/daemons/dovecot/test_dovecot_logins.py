"""Who gets in, over which ports, and who does not: asked of the real daemon."""

from __future__ import annotations

import base64
import imaplib
import poplib

import pytest
from dovecot_house import ADDRESS, HOSTILE, PASSWORD, House, a_user, lay_generation, tls, with_users
from lmtp import deliver
from managesieve import ManageSieve

pytestmark = pytest.mark.daemons


def test_imap_over_tls_and_after_starttls(house: House) -> None:
    with house.imap("anna@create.example") as session:
        assert b" QUOTA" in session.capability()[1][0]
    with house.network.inside():
        session = imaplib.IMAP4(ADDRESS, timeout=30)
    with session:
        assert "LOGINDISABLED" in session.capabilities
        session.starttls(tls())
        assert session.login("anna@create.example", PASSWORD)[0] == "OK"


def test_pop3_over_tls(house: House) -> None:
    with house.network.inside():
        session = poplib.POP3_SSL(ADDRESS, context=tls(), timeout=30)
    session.user("ANNA@Create.Example")
    assert session.pass_(PASSWORD).startswith(b"+OK")
    session.quit()


@pytest.mark.parametrize(
    ("port", "line", "refusal"),
    [
        (143, b"a LOGIN anna@create.example x", b"PRIVACYREQUIRED"),
        (143, b"a AUTHENTICATE PLAIN AGEAYg==", b"PRIVACYREQUIRED"),
        (110, b"USER anna@create.example", b"-ERR [AUTH]"),
        (110, b"AUTH PLAIN AGEAYg==", b"-ERR"),
        (4190, b'AUTHENTICATE "PLAIN" "AGEAYg=="', b"NO"),
    ],
)
def test_no_password_before_tls(house: House, port: int, line: bytes, refusal: bytes) -> None:
    with house.connect(port) as connection:
        connection.recv(4096)
        connection.sendall(line + b"\r\n")
        assert refusal in connection.recv(4096)


def test_a_wrong_password_is_refused(house: House) -> None:
    with (
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
        house.imap("anna@create.example", "wrong"),
    ):
        pass


@pytest.mark.parametrize("local", HOSTILE)
def test_legal_names_that_look_hostile_log_in_and_get_mail(house: House, local: str) -> None:
    user = f"{local}@create.example"
    assert deliver(house.socket("dovecot-lmtp"), user).startswith("250 2.0.0")
    assert "Subject: hello" in house.texts(user)[0]
    assert house.run("test", "-d", f"/var/vmail/create.example/{local}/Maildir")[0] == 0


def test_who_only_sends_has_no_mailbox_and_no_way_in_but_submission(house: House) -> None:
    scanner = "scanner@create.example"
    assert deliver(house.socket("dovecot-lmtp"), scanner).startswith("550 5.1.1")
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"), house.imap(scanner):
        pass
    with ManageSieve(house.connect(4190), tls()) as session:
        assert session.login(scanner, PASSWORD).startswith("NO")
    assert _asked_by_postfix(house, scanner, PASSWORD).startswith("OK\t1\tuser=scanner@")


def test_postfix_learns_who_is_who(house: House) -> None:
    assert _asked_by_postfix(house, "Anna@CREATE.example", PASSWORD).startswith(
        "OK\t1\tuser=anna@create.example"
    )
    assert _asked_by_postfix(house, "anna@create.example", "wrong").startswith("FAIL\t1")
    assert _asked_by_postfix(house, "nobody@create.example", PASSWORD).startswith("FAIL\t1")


def _asked_by_postfix(house: House, user: str, password: str) -> str:
    """As Postfix's xsasl_dovecot_server.c speaks with the auth service."""
    secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    with house.socket("auth") as connection, connection.makefile("rw") as lines:
        lines.write(
            f"VERSION\t1\t1\nCPID\t4242\nAUTH\t1\tPLAIN\tservice=smtp\tsecured\tresp={secret}\n"
        )
        lines.flush()
        return next(line for line in lines if line.startswith(("OK", "FAIL")))


def test_only_what_is_spoken_has_a_port(house: House) -> None:
    status, said = house.run("ss", "--listening", "--tcp", "--numeric", "--processes")
    assert status == 0
    ports = {
        int(line.split()[3].rsplit(":", 1)[1]) for line in said.splitlines() if "dovecot" in line
    }
    assert ports == {110, 143, 993, 995, 4190}


def test_a_user_of_the_next_generation_logs_in_without_a_reload(house: House) -> None:
    lay_generation(house.host.root, with_users(house.system, a_user("new@create.example")), 2)
    with house.imap("new@create.example") as session:
        assert session.noop()[0] == "OK"
    assert deliver(house.socket("dovecot-lmtp"), "new@create.example").startswith("250")
