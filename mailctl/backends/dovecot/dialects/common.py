"""What both releases of Dovecot spell alike."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.dovecot.decisions import Folder, Socket
from mailctl.backends.dovecot.dialects.base import reason
from mailctl.backends.dovecot.lines import Line


def folder(wanted: Folder) -> tuple[Line, ...]:
    """A folder that every client finds under the same name (RFC 6154)."""
    block = ("namespace inbox", f"mailbox {wanted.name}")
    return (
        Line("auto", "subscribe", block, reason(wanted)),
        Line("special_use", f"\\{wanted.special_use}", block),
    )


def socket(wanted: Socket) -> tuple[Line, ...]:
    """A socket that Postfix connects to, for its account alone."""
    service = (f"service {wanted.service}",)
    listener = (*service, f"unix_listener {wanted.path}")
    lines = [
        Line("mode", "0600", listener, reason(wanted)),
        Line("user", wanted.account, listener),
        Line("group", wanted.account, listener),
    ]
    if wanted.service == "quota-status":
        lines.append(Line("executable", "quota-status -p postfix", service))
        lines.append(Line("client_limit", "1", service))
    return tuple(lines)


def mail_account(setting: Setting) -> tuple[Line, ...]:
    """The account that all mail belongs to."""
    return (
        Line("mail_uid", setting.value, because=reason(setting)),
        Line("mail_gid", setting.value),
    )


def separator(setting: Setting) -> tuple[Line, ...]:
    """The namespace that all folders are in."""
    block = ("namespace inbox",)
    return (
        Line("inbox", "yes", block, reason(setting)),
        Line("separator", setting.value, block),
        Line("prefix", "", block),
    )
