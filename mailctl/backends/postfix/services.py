"""master.cf: which of Postfix's programs run, and where they differ from main.cf (master(5)).

All of it is ours, so that no default of a distribution can change what the host offers.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.backends.base import Setting
from mailctl.backends.postfix import probe
from mailctl.backends.postfix.section import patterns
from mailctl.backends.postfix.settings.receiving import recipient_rules
from mailctl.model.delivery import signing_domains
from mailctl.model.host import Host, Role
from mailctl.model.system import System

HIDES_CLIENTS = (3, 10)
"""The first Postfix with smtpd_hide_client_session."""


@dataclass(frozen=True, slots=True)
class Service:
    """One line of master.cf, its fields in the order of the file, and its own settings."""

    name: str
    type: str
    command: str
    private: str = "-"
    unprivileged: str = "-"
    chroot: str = "y"
    wakeup: str = "-"
    processes: str = "-"
    because: str = ""
    settings: tuple[Setting, ...] = ()


def services(system: System, host: Host) -> tuple[Service, ...]:
    """What the host's roles ask for, and Postfix's inner workings."""
    outer: list[Service] = []
    if host.has(Role.MX) or host.has(Role.STORE):
        outer.append(_RECEIVING)
    if host.has(Role.SUBMISSION):
        outer += _submission(system, host)
    return (*outer, *_inner(host))


_RECEIVING = Service(
    "smtp",
    "inet",
    "smtpd",
    private="n",
    because="SMTP on port 25, for other hosts; main.cf says what they may.",
)


def _submission(system: System, host: Host) -> tuple[Service, ...]:
    common = _submission_settings(system, host)
    return (
        Service(
            "587",
            "inet",
            "smtpd",
            private="n",
            because="Submission, for our users, who log in after STARTTLS (RFC 6409).",
            settings=(
                Setting("syslog_name", "postfix/submission", "The name in the log."),
                Setting(
                    "smtpd_tls_security_level",
                    "encrypt",
                    "Before STARTTLS nothing but STARTTLS is answered (RFC 3207).",
                ),
                *common,
            ),
        ),
        Service(
            "465",
            "inet",
            "smtpd",
            private="n",
            because="Submission within TLS from the first byte (RFC 8314, 3.3).",
            settings=(
                Setting("syslog_name", "postfix/submissions", "The name in the log."),
                Setting("smtpd_tls_security_level", "encrypt", "Nothing without TLS."),
                Setting("smtpd_tls_wrappermode", "yes", "TLS comes before the greeting."),
                *common,
            ),
        ),
    )


def _submission_settings(system: System, host: Host) -> tuple[Setting, ...]:
    return (
        Setting("smtpd_sasl_auth_enable", "yes", "Users log in here, by Dovecot."),
        Setting(
            "strict_rfc821_envelopes",
            "no",
            "People who try a session by hand write their addresses without <>; they have "
            "logged in, and what they may send as is checked all the same.",
        ),
        *_submission_rules(system, host),
        *_submission_rates(host),
        Setting(
            "smtpd_milters",
            host.platform.places.milter if signing_domains(system, host) else "",
            "What users send is signed with their domain's DKIM key.",
        ),
        Setting(
            "milter_macro_daemon_name",
            "ORIGINATING",
            "Tells filters that this mail begins its way here.",
        ),
        Setting(
            "cleanup_service_name",
            "submission-cleanup",
            "Completes headers, and keeps the user's own address out of them.",
        ),
        *_hidden_client(host),
    )


def _submission_rules(system: System, host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_client_restrictions",
            "permit_sasl_authenticated, reject",
            "Nobody else has any business on this port.",
        ),
        Setting(
            "smtpd_helo_restrictions",
            "",
            "A mail client on a phone has no name worth looking at.",
        ),
        Setting(
            "smtpd_sender_restrictions",
            "reject_non_fqdn_sender, reject_sender_login_mismatch",
            "Users send as themselves, as their aliases, and as what send_as allows. The empty "
            "sender, which receipts need (RFC 8098, 3), is anybody's.",
        ),
        Setting(
            "smtpd_relay_restrictions",
            "permit_sasl_authenticated, reject",
            "Who has logged in may write to everybody.",
        ),
        Setting(
            "smtpd_recipient_restrictions",
            ", ".join((*probe.users(system, host), recipient_rules(host))),
            "A mistyped address of ours is refused at once, as on port 25."
            f"{_PROBE if host.platform.tries_itself_out else ''}",
        ),
    )


_PROBE = (
    " Before that stands who may write to mailctl's own account, and that it writes to nobody else."
)


def _submission_rates(host: Host) -> tuple[Setting, ...]:
    limits = host.limits
    return (
        Setting(
            "smtpd_client_auth_rate_limit",
            str(limits.authentications),
            "The spec's limits.authentications, a minute and client address.",
        ),
        Setting(
            "smtpd_client_message_rate_limit",
            str(limits.submitted_messages),
            "The spec's limits.submitted_messages, a minute and client address: a stolen password "
            "sends no flood from one place.",
        ),
        Setting(
            "smtpd_client_recipient_rate_limit",
            str(limits.submitted_recipients),
            "The spec's limits.submitted_recipients, a minute and client address.",
        ),
    )


def _hidden_client(host: Host) -> tuple[Setting, ...]:
    if host.platform.postfix < HIDES_CLIENTS:
        return ()  # submission-cleanup does the same with header_checks
    return (
        Setting(
            "smtpd_hide_client_session",
            "yes",
            "Where our users sit is not for the receivers of their mail.",
        ),
    )


def _inner(host: Host) -> tuple[Service, ...]:
    relay = Service(
        "relay",
        "unix",
        "smtp",
        because="Mail for another host of the spec.",
        settings=(
            Setting("syslog_name", "postfix/relay", "The name in the log."),
            Setting(
                "smtp_tls_security_level",
                "encrypt",
                "Our own hosts have TLS: nothing travels between them in clear text.",
            ),
            *(_ASKS_NO_POLICY if host.heeds_mta_sts else ()),
        ),
    )
    submission = (_submission_cleanup(host),) if host.has(Role.SUBMISSION) else ()
    return (*_PROCESSING, *submission, *_DELIVERING, relay, *_SUPPORTING)


_ASKS_NO_POLICY = (
    Setting(
        "smtp_tls_policy_maps",
        "",
        "They are reached by their own names, for which nobody publishes a policy.",
    ),
)


def _submission_cleanup(host: Host) -> Service:
    hiding = (
        Setting(
            "header_checks",
            patterns(host, "submission_header_checks"),
            "The Received header of submission shall not tell where our users sit.",
        ),
    )
    return Service(
        "submission-cleanup",
        "unix",
        "cleanup",
        private="n",
        processes="0",
        because="What cleanup does to mail of our own users.",
        settings=(
            Setting(
                "always_add_missing_headers",
                "yes",
                "A submission service adds Date and Message-ID where they lack (RFC 6409, 8).",
            ),
            _TAKES_UTF8,
            *(hiding if host.platform.postfix < HIDES_CLIENTS else ()),
        ),
    )


_TAKES_UTF8 = Setting(
    "smtputf8_enable",
    "no",
    "Dovecot stores UTF-8 headers and takes UTF-8 senders, but its LMTP does not offer SMTPUTF8: "
    "were a message marked as in need of it here, it would bounce after it was accepted. Where "
    "the next host offers the extension it is used (RFC 6531).",
)

_PROCESSING = (
    Service(
        "pickup",
        "unix",
        "pickup",
        private="n",
        wakeup="60",
        processes="1",
        because="Postfix's inner workings.",
    ),
    Service("cleanup", "unix", "cleanup", private="n", processes="0", settings=(_TAKES_UTF8,)),
    Service("qmgr", "unix", "qmgr", private="n", chroot="n", wakeup="300", processes="1"),
    Service("tlsmgr", "unix", "tlsmgr", wakeup="1000?", processes="1"),
    Service("rewrite", "unix", "trivial-rewrite"),
    Service("bounce", "unix", "bounce", processes="0"),
    Service("defer", "unix", "bounce", processes="0"),
    Service("trace", "unix", "bounce", processes="0"),
    Service("verify", "unix", "verify", processes="1"),
    Service("flush", "unix", "flush", private="n", wakeup="1000?", processes="0"),
    Service("proxymap", "unix", "proxymap", chroot="n"),
    Service("proxywrite", "unix", "proxymap", chroot="n", processes="1"),
)

_DELIVERING = (
    Service("smtp", "unix", "smtp", because="Mail to the world."),
    Service(
        "lmtp",
        "unix",
        "lmtp",
        because="Mail to Dovecot. local(8) and virtual(8) are left out: nothing is theirs.",
    ),
)

_SUPPORTING = (
    Service("showq", "unix", "showq", private="n", because="Support."),
    Service("error", "unix", "error"),
    Service("retry", "unix", "error"),
    Service("discard", "unix", "discard"),
    Service("anvil", "unix", "anvil", processes="1"),
    Service("scache", "unix", "scache", processes="1"),
    Service("postlog", "unix-dgram", "postlogd", private="n", chroot="n", processes="1"),
)
