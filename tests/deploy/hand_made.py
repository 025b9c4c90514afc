"""A mail host that somebody set up by hand years ago: one system user, her Maildir at home."""

from __future__ import annotations

import imaplib
import time

from mail_host import PASSWORD, MailHost

ERIN = "erin@old.example"

_MAIN = """\
# since 2009; ask Otto before you touch this
compatibility_level = 3.6
myhostname = mail.old.example
mydestination = old.example, localhost
alias_maps = hash:/etc/aliases
virtual_alias_maps = hash:/etc/postfix/virtual
home_mailbox = Maildir/
inet_protocols = ipv4
"""
_OPENDKIM = "# the-private-remark\\nSyslog yes\\n"
_DOVECOT = {
    "debian-12": """\
# Otto's Dovecot
protocols = imap
mail_location = maildir:~/Maildir
disable_plaintext_auth = no
ssl = no
passdb {
  driver = pam
}
userdb {
  driver = passwd
}
""",
    "debian-13": """\
# Otto's Dovecot
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
protocols {
  imap = yes
}
mail_driver = maildir
mail_path = ~/Maildir
auth_allow_cleartext = yes
ssl = no
passdb pam {
}
userdb passwd {
}
""",
}
_SETUP = f"""\
set -e
useradd --create-home erin
echo "erin:{PASSWORD}" | chpasswd
echo "info@old.example erin@old.example" >/etc/postfix/virtual
postmap /etc/postfix/virtual
newaliases
printf '{_OPENDKIM}' >/etc/opendkim.conf
chmod 640 /etc/opendkim.conf
chgrp adm /etc/postfix/main.cf
touch -d 2009-05-04 /etc/postfix/main.cf /etc/dovecot/dovecot.conf
systemctl enable --now --quiet postfix dovecot
"""
_ETC = "/etc/postfix /etc/dovecot /etc/opendkim.conf /etc/systemd/system /etc/default"
_UNITS = "postfix.service postfix@-.service dovecot.service opendkim.service"


def set_up(mail: MailHost, platform: str) -> None:
    """Everything by hand, and a letter that came long ago."""
    mail.write("/etc/postfix/main.cf", _MAIN)
    mail.write("/etc/dovecot/dovecot.conf", _DOVECOT[platform])
    mail.does(_SETUP)


def state(mail: MailHost) -> tuple[str, str]:
    """All of /etc that is about mail, and how the services stand."""
    files = mail.does(
        f"find {_ETC} -printf '%y %m %u %g %l %p ' \\( -type f -printf '%T@ ' "
        "-exec sha256sum {} \\; -o -printf '\\n' \\) | sort"
    )
    units = mail.does(f"systemctl show --property=Id,ActiveState,UnitFileState {_UNITS}")
    return files, units


def has(mail: MailHost, subject: str) -> bool:
    """Whether a letter comes to Erin's inbox, by IMAP without TLS."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with mail.net.inside(), imaplib.IMAP4(mail.address, timeout=20) as client:
            client.login("erin", PASSWORD)
            client.select("INBOX", readonly=True)
            if client.search(None, "SUBJECT", f'"{subject}"')[1][0]:
                return True
        time.sleep(0.2)
    return False
