"""Where things are on a host, and the names of the sockets that Postfix connects to."""

from __future__ import annotations

from mailctl.model.host import Host

CONFIGURATION = "dovecot/dovecot.conf"
USERS_FILE = "dovecot/users"
SENDERS_FILE = "dovecot/senders.{protocol}"
AUTH_SOCKET, LMTP_SOCKET, QUOTA_SOCKET = "auth", "dovecot-lmtp", "dovecot-quota"


def accounts_file(host: Host, path: str) -> str:
    """A passwd-file as dovecot.conf names it; `<protocol>` in it is what a user logs in for."""
    return f"{host.platform.places.tree}/{path}"


def postfix_private(host: Host) -> str:
    """The folder of sockets that only Postfix may enter."""
    return f"{host.platform.places.queue}/private"


def socket_path(host: Host, name: str) -> str:
    """A socket that Postfix asks, where smtpd sees it as private/NAME."""
    return f"{postfix_private(host)}/{name}"
