"""Mail from outside and from within, as a stranger and as users; ends where something fails."""

import imaplib
import smtplib
import socket
import ssl
import sys
import time

HOST = sys.argv[1]
PASSWORD = "correct horse"
ALICE, BOB = "alice@vm.test", "bob@vm.test"
STRANGER = "somebody@elsewhere.test"

tls = ssl.create_default_context()
tls.check_hostname = False
tls.verify_mode = ssl.CERT_NONE


def message(sender, recipient, subject, body="A word.\r\n"):
    return f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n\r\n{body}"


def arrived(user, subject, folder="INBOX"):
    for _ in range(60):
        with imaplib.IMAP4_SSL(HOST, ssl_context=tls) as session:
            session.login(user, PASSWORD)
            if session.select(f'"{folder}"', readonly=True)[0] == "OK":
                for number in session.search(None, "SUBJECT", f'"{subject}"')[1][0].split():
                    return session.fetch(number.decode(), "(RFC822)")[1][0][1].decode()
        time.sleep(0.5)
    raise SystemExit(f"{subject} did not come into {folder} of {user}")


def expect(statement, holds):
    print(("holds: " if holds else "FAILS: ") + statement)
    if not holds:
        raise SystemExit(1)


with smtplib.SMTP(HOST, 25) as session:
    session.ehlo("elsewhere.test")
    expect("port 25 offers TLS", session.has_extn("starttls"))
    expect("port 25 offers no login", not session.has_extn("auth"))
    session.sendmail(STRANGER, ALICE, message(STRANGER, ALICE, "incoming"))
    session.sendmail(STRANGER, "alice+lists@vm.test", message(STRANGER, ALICE, "detail"))
    session.mail(STRANGER)
    expect("nobody is relayed", session.rcpt("other@elsewhere.test")[0] == 554)
    expect("unknown addresses are refused", session.rcpt("nobody@vm.test")[0] == 550)
    session.rset()
expect("a stranger's mail arrives unsigned", "DKIM-Signature" not in arrived(ALICE, "incoming"))
arrived(ALICE, "detail", "INBOX.lists")
expect("mail to a detail is in its folder", True)

with smtplib.SMTP(HOST, 587) as session:
    session.ehlo("client.test")
    expect("no login before TLS", not session.has_extn("auth"))
    session.starttls(context=tls)
    session.login(ALICE, PASSWORD)
    session.sendmail(ALICE, BOB, message(ALICE, BOB, "outgoing"))
    session.mail(BOB)
    expect("a foreign sender is refused", session.rcpt(ALICE)[0] == 553)
expect("what a user sends is signed", "d=vm.test" in arrived(BOB, "outgoing"))

with smtplib.SMTP_SSL(HOST, 465, context=tls) as session:
    try:
        session.login(ALICE, "wrong")
        expect("a wrong password is refused", False)
    except smtplib.SMTPAuthenticationError:
        expect("a wrong password is refused", True)

with smtplib.SMTP_SSL(HOST, 465, context=tls) as session:
    session.login(ALICE, PASSWORD)
    try:
        session.sendmail(ALICE, BOB, message(ALICE, BOB, "large", ("x" * 76 + "\r\n") * 16000))
        expect("a full mailbox is refused", False)
    except smtplib.SMTPRecipientsRefused as refused:
        expect("a full mailbox is refused", refused.recipients[BOB][0] == 552)

with socket.create_connection((HOST, 4190)) as session:
    expect("ManageSieve answers", session.recv(4096).startswith(b'"IMPLEMENTATION"'))
