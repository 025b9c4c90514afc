"""Who gets in, and how: TLS, mechanisms, user names, limits, the socket that Postfix asks.

TLS values are Mozilla's intermediate profile; mechanisms and names follow RFC 4616 (PLAIN),
RFC 8314 (no clear text) and RFC 5321, 4.1.2 (what a local part may hold).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.backends.base import Setting
from mailctl.backends.dovecot.decisions import Accounts, Decision, ServerCertificate, Socket, Topic
from mailctl.backends.dovecot.places import (
    AUTH_SOCKET,
    SENDERS_FILE,
    USERS_FILE,
    accounts_file,
    socket_path,
)
from mailctl.backends.tls import CIPHERS, certificate_of, curves, server_certificates
from mailctl.bundle import PROBE_USERS
from mailctl.model.host import Host, Role

_ATEXT_BUT_SLASH = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567890.@!#$%&'*+-=?^_`{|}~"
)
_AUTH_MEMORY = "1536M"


def transport(host: Host) -> Topic:
    """TLS for everything that is not a unix socket."""
    files = certificate_of(host)
    return Topic(
        "TLS",
        (
            Setting(
                "tls",
                "required",
                "Nobody logs in without TLS: on 143, 110 and 4190 STARTTLS comes first, 993 and "
                "995 begin with it.",
                "RFC 8314, 3",
            ),
            Setting("tls-certificate", files.certificate, "The full chain, and its key."),
            Setting("tls-key", files.key, ""),
            Setting(
                "tls-minimum",
                "TLSv1.2",
                "TLS 1.0 and 1.1 are deprecated.",
                "RFC 8996",
            ),
            Setting(
                "tls-ciphers",
                CIPHERS,
                "For TLS 1.2: forward secrecy and authenticated encryption only.",
                "RFC 9325, 4.2",
            ),
            Setting(
                "tls-curves",
                ":".join(curves(host.platform)),
                "Key agreement: fast, and with every client; ML-KEM where OpenSSL has it.",
                "Mozilla, Server Side TLS, intermediate",
            ),
            Setting(
                "tls-preference",
                "client",
                "All of these ciphers are good, so the client takes what its processor does best.",
                "Mozilla, Server Side TLS, intermediate",
            ),
            *_further_names(host),
        ),
    )


def _further_names(host: Host) -> Iterator[ServerCertificate]:
    because = (
        "Further names of this host, each with a certificate of its own; who asks for none of them "
        "is shown the one above. (RFC 6066, 3)"
    )
    for name, files in server_certificates(host):
        yield ServerCertificate(name, files.certificate, files.key, because)
        because = ""


def logins(host: Host) -> Topic:
    """How users prove who they are."""
    return Topic(
        "Logins",
        (
            Setting(
                "mechanisms",
                "plain login",
                "The password travels within TLS and is kept hashed, which no challenge-response "
                "mechanism allows.",
                "RFC 4616",
            ),
            Setting(
                "cleartext-logins", "no", "Passwords are not even asked for before TLS.", "RFC 8314"
            ),
            Setting(
                "username-characters",
                _ATEXT_BUT_SLASH,
                "What a local part may hold, but for the slash, which would be a path.",
                "RFC 5321, 4.1.2",
            ),
            Setting(
                "username-form",
                "<address-lower>",
                "A user name is the whole address, folded to lower case as Postfix does it.",
            ),
            Setting(
                "connections-of-a-user",
                "20",
                "A mail client keeps a connection for each folder that it watches.",
            ),
            Setting(
                "auth-memory",
                _AUTH_MEMORY,
                "Verifying an ARGON2ID hash takes the memory that the hash asks for: 19 MiB with "
                "ours, up to 1 GiB with other people's.",
                "RFC 9106, 4",
            ),
            *_accounts(host),
        ),
    )


def _accounts(host: Host) -> tuple[Decision, ...]:
    senders = Accounts(
        "senders",
        accounts_file(host, SENDERS_FILE.format(protocol="<protocol>")),
        mailboxes=False,
        because="Who may send through Postfix and has no mailbox here: a file for each protocol, "
        "empty but for submission.",
    )
    socket = Socket(
        "auth",
        socket_path(host, AUTH_SOCKET),
        "postfix",
        "Postfix asks here who is logging in; in its own folder, for its own account alone.",
    )
    users = Accounts(
        "users",
        accounts_file(host, USERS_FILE),
        mailboxes=True,
        because="Who has a mailbox: one line each, the password hashed.",
        source="doc.dovecot.org, passwd-file",
    )
    probe = Accounts(
        "probe",
        PROBE_USERS,
        mailboxes=host.has(Role.STORE),
        because="mailctl's own account, by which the host tries out whether mail flows: an empty "
        "file, but for those seconds.",
    )
    given: list[Decision] = []
    if host.has(Role.STORE):
        given.append(users)
    given.append(senders)
    if host.platform.tries_itself_out:
        given.append(probe)
    if host.has(Role.SUBMISSION):
        given.append(socket)
    return tuple(given)
