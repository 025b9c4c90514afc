"""Where mail lies, which folders a user has, and how much she may keep."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.dovecot.decisions import Folder, Socket, Topic
from mailctl.backends.dovecot.places import QUOTA_SOCKET, socket_path
from mailctl.bundle import MAIL_ACCOUNT, MAIL_ROOT
from mailctl.model.host import Host


def storage() -> Topic:
    """Maildir below /var/vmail, owned by one account that cannot log in."""
    return Topic(
        "Mailboxes",
        (
            Setting("mail-account", MAIL_ACCOUNT, "All mail belongs to one account of its own."),
            Setting(
                "first-account-number",
                "1",
                "A system account may have any number; users are not accounts of this system.",
            ),
            Setting("mail-home", f"{MAIL_ROOT}/<domain>/<local>", "A folder for each user."),
            Setting(
                "mail-format",
                "maildir",
                "A file for each message, in ~/Maildir: nothing but the file system is needed to "
                "read or to save it.",
            ),
            Setting(
                "folder-separator",
                ".",
                "Folders are named INBOX.detail: the separator is Maildir++'s own, and there is no "
                "prefix, so that INBOX.detail and Sent stand side by side.",
            ),
            Folder("Drafts", "Drafts", "Every client finds the same folders.", "RFC 6154"),
            Folder("Sent", "Sent", ""),
            Folder("Junk", "Junk", ""),
            Folder("Trash", "Trash", ""),
            Folder("Archive", "Archive", ""),
        ),
    )


def quota(host: Host) -> Topic:
    """Bounds for each user; who has none in her line has none at all."""
    return Topic(
        "Quota",
        (
            Setting(
                "quota",
                "User quota",
                "Counted in the indexes; each user's limit stands in her line of the users file.",
                "RFC 9208",
            ),
            *_shown(host),
            Setting(
                "quota-grace",
                "0",
                "A limit is a limit: the message that would exceed it is refused.",
            ),
            Setting(
                "quota-at-recipient",
                "yes",
                "LMTP refuses a full mailbox before the message is sent.",
                "RFC 2033",
            ),
            Socket(
                "quota-status",
                socket_path(host, QUOTA_SOCKET),
                "postfix",
                "Postfix asks here before it accepts a message, so that the sender's own server "
                "learns of a full mailbox and nothing has to bounce.",
                "RFC 3463, 3.3",
            ),
            Setting("quota-full-reply", "552 5.2.2 Mailbox is full", ""),
        ),
    )


def _shown(host: Host) -> tuple[Setting, ...]:
    because = "IMAP clients show how full the mailbox is."
    return (Setting("quota-shown", "imap", because, "RFC 9208"),) if host.protocols.imap else ()
