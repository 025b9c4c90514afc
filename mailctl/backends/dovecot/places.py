"""Where things are on a host, and the names of the sockets that Postfix connects to."""

from __future__ import annotations

from mailctl.bundle import CURRENT, STATE
from mailctl.model.host import CertificateFiles, Host

CONFIGURATION = "dovecot/dovecot.conf"
USERS_FILE = "dovecot/users"
SENDERS_FILE = "dovecot/senders.{protocol}"
USERS = f"{CURRENT}/{USERS_FILE}"
SENDERS = f"{CURRENT}/dovecot/senders.<protocol>"
POSTFIX_PRIVATE = "/var/spool/postfix/private"
AUTH_SOCKET = f"{POSTFIX_PRIVATE}/auth"
LMTP_SOCKET = f"{POSTFIX_PRIVATE}/dovecot-lmtp"
QUOTA_SOCKET = f"{POSTFIX_PRIVATE}/dovecot-quota"


def certificate_of(host: Host) -> tuple[str, str]:
    """The paths of the certificate chain and of its key on the host."""
    if isinstance(host.tls, CertificateFiles):
        return host.tls.certificate, host.tls.key
    return f"{STATE}/tls/fullchain.pem", f"{STATE}/tls/key.pem"
