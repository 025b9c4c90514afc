"""Who logs in, and as whom they may send. Port 25 offers no login; submission turns it on."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.postfix.section import Section, table
from mailctl.model.host import Host, Role


def section(host: Host) -> Section:
    """Login by Dovecot, for the submission services alone."""
    owners = (_owners(host),) if host.has(Role.SUBMISSION) else ()
    return Section("Logging in", (*_LOGIN, *owners))


_LOGIN = (
    Setting(
        "smtpd_sasl_auth_enable",
        "no",
        "Nobody logs in on port 25; master.cf turns it on for submission.",
        "RFC 6409, 3.1; RFC 8314, 3.3",
    ),
    Setting(
        "smtpd_sasl_type",
        "dovecot",
        "Dovecot knows the passwords.",
        "SASL_README",
    ),
    Setting(
        "smtpd_sasl_path",
        "private/auth",
        "Dovecot's socket, inside Postfix's queue folder, which is its chroot where it has one.",
        "SASL_README",
    ),
    Setting(
        "smtpd_sasl_security_options",
        "noanonymous",
        "A login has a name.",
        "RFC 4505",
    ),
    Setting(
        "smtpd_tls_auth_only",
        "yes",
        "No password in clear text: AUTH is neither offered nor taken before TLS.",
        "RFC 8314, 3",
    ),
    Setting(
        "smtpd_sasl_authenticated_header",
        "no",
        "The login name is nobody's business but the user's.",
        "postconf(5)",
    ),
)


def _owners(host: Host) -> Setting:
    return Setting(
        "smtpd_sender_login_maps",
        table(host, "sender_owners"),
        "Who may send as which address: out of the same graph as delivery, so that one "
        "may send as what one receives for.",
        "SASL_README",
    )
