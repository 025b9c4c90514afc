"""What a mail server must do, tried from another machine: a file with its words is the argument.

    {"name": ..., "domain": ..., "certificate": PATH, "dkim": BASE64, "passwords": {USER: ...}}

The statements are those of the rehearsal; each is a function, named as its proof. dkimpy judges the
signature, all else is Python's own.
"""

import base64
import imaplib
import json
import smtplib
import socket
import ssl
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import dkim

GIVEN = json.loads(Path(sys.argv[1]).read_text())
NAME, DOMAIN, PASSWORDS = GIVEN["name"], GIVEN["domain"], GIVEN["passwords"]
STRANGER = "somebody@client.example"
TIMEOUT = 60
LETTER = 320 * 1024


def address(user):
    return f"{user}@{DOMAIN}"


def tls():
    """Trusts the server's own certificate, and holds it to its name."""
    context = ssl.create_default_context(cafile=GIVEN["certificate"])
    # It is nobody else's signature, so that it has not all that the strictest reading wants.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


@contextmanager
def submission(user=None):
    with smtplib.SMTP(NAME, 587, local_hostname="client.example", timeout=TIMEOUT) as session:
        session.starttls(context=tls())
        session.ehlo()
        if user:
            session.login(address(user), PASSWORDS[user])
        yield session


@contextmanager
def stranger():
    with smtplib.SMTP(NAME, 25, local_hostname="client.example", timeout=TIMEOUT) as session:
        session.ehlo()
        yield session


def letter(sender, recipient, body="A word.\r\n"):
    """The text of a message, and the token by which it is found again."""
    token = uuid.uuid4().hex
    head = f"From: {sender}\r\nTo: {recipient}\r\nSubject: {token}\r\n"
    date = "Date: Thu, 01 Jan 2026 12:00:00 +0000\r\n"
    return f"{head}{date}Message-ID: <{token}@{DOMAIN}>\r\n\r\n{body}", token


def found(user, token, folder="INBOX"):
    """The message in that folder, once it is there."""
    for _ in range(60):
        with imaplib.IMAP4_SSL(NAME, ssl_context=tls(), timeout=TIMEOUT) as session:
            session.login(address(user), PASSWORDS[user])
            if session.select(f'"{folder}"', readonly=True)[0] == "OK":
                for number in session.search(None, "SUBJECT", token)[1][0].split():
                    return session.fetch(number.decode(), "(RFC822)")[1][0][1]
        time.sleep(0.5)
    raise AssertionError(f"{token} did not come to {folder} of {user}")


def refused(answer, *codes):
    code, text = answer
    assert code in codes, f"answered {code} {text!r}, wanted {codes}"


def submission_needs_tls():
    with smtplib.SMTP(NAME, 587, local_hostname="client.example", timeout=TIMEOUT) as session:
        session.ehlo()
        assert session.has_extn("starttls") and not session.has_extn("auth")
        refused(session.docmd("MAIL", f"FROM:<{address('anna')}>"), 530)


def submission_needs_a_login():
    with submission() as session:
        assert session.has_extn("auth")
        session.mail(address("anna"))
        refused(session.rcpt(STRANGER), 530, 554)
        session.rset()
        session.mail(address("anna"))
        refused(session.rcpt(address("ben")), 530, 554)


def submitted_mail_arrives_signed():
    note, token = letter(address("anna"), address("ben"))
    with submission("anna") as session:
        session.sendmail(address("anna"), [address("ben")], note)
    raw = found("ben", token)
    assert b"LMTP" in raw, raw
    record = b"v=DKIM1; k=rsa; p=" + GIVEN["dkim"].encode()
    assert f"d={DOMAIN};".encode() in raw, raw
    assert dkim.verify(raw, dnsfunc=lambda *_, **__: record), raw


def submission_on_465():
    note, token = letter(address("anna"), address("ben"))
    with smtplib.SMTP_SSL(NAME, 465, context=tls(), timeout=TIMEOUT) as session:
        session.login(address("anna"), PASSWORDS["anna"])
        session.sendmail(address("anna"), [address("ben")], note)
    found("ben", token)


def mail_from_outside_arrives_unsigned():
    note, token = letter(STRANGER, address("postmaster"))
    with stranger() as session:
        session.sendmail(STRANGER, [address("postmaster")], note)
    assert b"DKIM-Signature" not in found("anna", token)


def no_relay():
    with stranger() as session:
        assert not session.has_extn("auth")
        for recipient in (
            "victim@elsewhere.example",
            f"victim%elsewhere.example@{DOMAIN}",
            f'"victim@elsewhere.example"@{DOMAIN}',
        ):
            session.mail(STRANGER)
            refused(session.rcpt(recipient), 550, 554)
            session.rset()


def unknown_recipient():
    with stranger() as session:
        session.mail(STRANGER)
        refused(session.rcpt(address("nobody")), 550)


def sender_ownership():
    with submission("anna") as session:
        session.mail(address("ben"))
        refused(session.rcpt(address("ben")), 553)


def wrong_password():
    with submission() as session:
        secret = base64.b64encode(f"\0{address('anna')}\0wrong".encode()).decode()
        refused(session.docmd("AUTH", f"PLAIN {secret}"), 535)


def quota():
    for _ in range(6):
        note, token = letter(STRANGER, address("small"), ("x" * 74 + "\r\n") * (LETTER // 76))
        with stranger() as session:
            session.mail(STRANGER, [f"SIZE={len(note)}"])
            answer = session.rcpt(address("small"))
            if answer[0] == 250:
                answer = session.data(note)
        if answer[0] != 250:
            refused(answer, 452, 552)
            assert b"2.2" in answer[1], answer
            return
        found("small", token)
    raise AssertionError("a mailbox of 1 MiB took six letters of 320 KiB")


def subaddress_folder():
    note, token = letter(STRANGER, address("anna+lists"))
    with stranger() as session:
        session.sendmail(STRANGER, [address("anna+lists")], note)
    found("anna", token, "INBOX.lists")


class ManageSieve:
    """As much of RFC 5804 as one script needs."""

    def __init__(self, user):
        plain = socket.create_connection((NAME, 4190), timeout=TIMEOUT)
        self.lines = plain.makefile("rb")
        self.answer()
        self.socket = plain
        self.ask("STARTTLS")
        self.socket = tls().wrap_socket(plain, server_hostname=NAME)
        self.lines = self.socket.makefile("rb")
        self.answer()
        secret = base64.b64encode(f"\0{address(user)}\0{PASSWORDS[user]}".encode()).decode()
        self.ask(f'AUTHENTICATE "PLAIN" "{secret}"')

    def ask(self, text):
        self.socket.sendall(text.encode() + b"\r\n")
        self.answer()

    def answer(self):
        """Lines up to OK; whatever ends otherwise is no answer that we want."""
        for line in self.lines:
            if line.startswith((b"NO", b"BYE")):
                break
            if line.startswith(b"OK"):
                return
        raise AssertionError(f"ManageSieve: {line!r}")


def managesieve():
    script = 'require ["fileinto", "mailbox"];\r\nfileinto :create "Filed";\r\n'
    session = ManageSieve("ben")
    session.ask(f'PUTSCRIPT "test" {{{len(script)}+}}\r\n{script}')
    session.ask('SETACTIVE "test"')
    note, token = letter(STRANGER, address("ben"))
    with stranger() as outside:
        outside.sendmail(STRANGER, [address("ben")], note)
    found("ben", token, "Filed")
    session.ask('SETACTIVE ""')
    session.ask("LOGOUT")


def clients_are_set_up():
    """The certificate is for the host's own name, and is not held to these."""
    context = tls()
    context.check_hostname = False
    for host, path in (
        (f"autoconfig.{DOMAIN}", "/mail/config-v1.1.xml"),
        (f"autodiscover.{DOMAIN}", "/autodiscover/autodiscover.xml"),
    ):
        with (
            socket.create_connection((NAME, 443), timeout=TIMEOUT) as plain,
            context.wrap_socket(plain, server_hostname=host) as session,
        ):
            request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            session.sendall(request.encode())
            answer = session.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200 "), answer
        assert NAME.encode() in answer, answer


PROOFS = (
    submission_needs_tls,
    submission_needs_a_login,
    submitted_mail_arrives_signed,
    submission_on_465,
    mail_from_outside_arrives_unsigned,
    no_relay,
    unknown_recipient,
    sender_ownership,
    wrong_password,
    quota,
    subaddress_folder,
    managesieve,
    clients_are_set_up,
)

if __name__ == "__main__":
    for proof in PROOFS:
        proof()
        print(f"ok  {proof.__name__}", flush=True)
