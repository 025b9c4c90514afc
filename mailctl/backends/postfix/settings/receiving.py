"""What smtpd accepts on port 25, where anybody may speak; submission narrows it in master.cf."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.postfix import probe
from mailctl.backends.postfix.section import Section, folder, patterns, table
from mailctl.model.host import Host, Role
from mailctl.model.system import System


def recipient_rules(host: Host) -> str:
    """What an address must be to receive, on every port; a store also asks for room."""
    rules = [
        "reject_non_fqdn_recipient",
        f"check_recipient_access {table(host, 'refused_recipients')}",
        f"check_recipient_access {patterns(host, 'undeliverable_syntax')}",
        "reject_unlisted_recipient",
    ]
    if host.has(Role.STORE):
        rules.append("check_policy_service unix:private/dovecot-quota")
    return ", ".join(rules)


def section(system: System, host: Host) -> Section:
    """The rules of SMTP for strangers."""
    return Section(
        "Receiving",
        (*_strictness(), *_smuggling(), *_extensions(), *_addresses(), *_access(system, host)),
    )


def takes_from_hosts_alone(host: Host) -> bool:
    """Whether port 25 is for the spec's other hosts only: it stores, but receives for nobody."""
    return host.has(Role.STORE) and not host.has(Role.MX)


def _strictness() -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_helo_required",
            "yes",
            "A client that does not say who it is sends no mail.",
            "RFC 5321, 4.1.4",
        ),
        Setting(
            "strict_rfc821_envelopes",
            "yes",
            "Envelope addresses stand in <> without comments, so that everybody who reads them "
            "reads the same.",
            "RFC 5321, 4.1.2",
        ),
        Setting(
            "disable_vrfy_command",
            "yes",
            "VRFY would tell strangers which addresses exist, at no cost to them.",
            "RFC 5321, 7.3",
        ),
    )


def _smuggling() -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_forbid_bare_newline",
            "normalize",
            "Only CR LF . CR LF ends a message. Postfix 3.7 takes a bare newline for a line "
            "end too, by which a second message can be smuggled in behind the first.",
            "CVE-2023-51764; RFC 5321, 2.3.8",
        ),
        Setting(
            "smtpd_forbid_bare_newline_exclusions",
            "$mynetworks",
            "Programs on this host itself may be sloppy.",
            "postconf(5)",
        ),
        Setting(
            "smtpd_forbid_unauth_pipelining",
            "yes",
            "A client that talks before it was asked to is attacking, or a worm.",
            "RFC 2920, 3.1",
        ),
        Setting(
            "smtpd_data_restrictions",
            "reject_unauth_pipelining",
            "The same at DATA, where smuggled commands would begin.",
            "postconf(5)",
        ),
    )


def _extensions() -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_discard_ehlo_keywords",
            "silent-discard, etrn",
            "ETRN starts queues of others; nobody here needs it.",
            "RFC 1985",
        ),
        Setting(
            "smtpd_etrn_restrictions",
            "reject",
            "What is not offered is not done either.",
            "postconf(5)",
        ),
        Setting(
            "fast_flush_domains",
            "",
            "Without ETRN there is no list to keep of what waits for which domain.",
            "ETRN_README",
        ),
        Setting(
            "smtputf8_enable",
            "yes",
            "Senders with non-ASCII addresses are welcome.",
            "RFC 6531",
        ),
        Setting(
            "enable_long_queue_ids",
            "yes",
            "Queue names that are never used twice, so that a log can be read years later.",
            "postconf(5)",
        ),
    )


def _addresses() -> tuple[Setting, ...]:
    return (
        Setting(
            "allow_percent_hack",
            "no",
            "user%elsewhere@here is no route to elsewhere; since 1989 nobody needs it.",
            "RFC 1123, 5.2.16",
        ),
        Setting(
            "swap_bangpath",
            "no",
            "elsewhere!user is no route either.",
            "postconf(5)",
        ),
        Setting(
            "allow_untrusted_routing",
            "no",
            "A local part with @, % or ! could be one for the next host, which trusts us.",
            "RFC 5321, appendix F.2",
        ),
        Setting(
            "resolve_numeric_domain",
            "no",
            "user@192.0.2.1, without brackets, is no address.",
            "RFC 5321, 4.1.3",
        ),
    )


def _access(system: System, host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_restriction_classes",
            ", ".join(("refuse_own_domains", *(named.name for named in probe.rule(host)))),
            "Names for rules that settings below hold.",
            "RESTRICTION_CLASS_README",
        ),
        *probe.rule(host),
        Setting(
            "refuse_own_domains",
            f"check_recipient_access {table(host, 'undeliverable')}",
            "Refuses an address of ours whose spelling no mailbox takes; foreign hosts may "
            "take it.",
            "access(5)",
        ),
        *_clients(system, host),
        Setting(
            "smtpd_helo_restrictions",
            "reject_invalid_helo_hostname",
            "A name that is no host name at all.",
            "RFC 5321, 4.1.1.1",
        ),
        Setting(
            "smtpd_sender_restrictions",
            "reject_non_fqdn_sender",
            "A sender without a domain could get no answer.",
            "RFC 5321, 2.3.5",
        ),
        Setting(
            "smtpd_relay_restrictions",
            "reject_unauth_destination",
            "Mail for our domains and for nobody else's. Not even the host itself relays here: "
            "its programs use sendmail(1), or log in on the submission port.",
            "SMTPD_ACCESS_README",
        ),
        Setting(
            "smtpd_recipient_restrictions",
            ", ".join((*probe.strangers(host), recipient_rules(host))),
            f"Refused in this order: {_PROBE if host.platform.tries_itself_out else ''}"
            "unqualified addresses but postmaster; users who only "
            "send and the system's accounts; spellings that no mailbox can have, as non-ASCII or "
            "control characters, which would come back as a bounce; unknown addresses; "
            "mailboxes that have no room, of which Dovecot knows.",
            "SMTPD_ACCESS_README; RFC 6531, 3.5",
        ),
        Setting(
            "smtpd_policy_service_default_action",
            "DUNNO",
            "While Dovecot is away nobody knows how full a mailbox is: the mail is taken and "
            "waits here for it.",
            "SMTPD_POLICY_README",
        ),
        *_codes(),
    )


_PROBE = "the account that only the host itself writes to, when it tries out whether mail flows; "


def _codes() -> tuple[Setting, ...]:
    return (
        Setting(
            "unknown_virtual_alias_reject_code",
            "550",
            "An unknown address stays unknown: the sender shall not try again.",
            "RFC 5321, 4.2.3",
        ),
        Setting(
            "unknown_virtual_mailbox_reject_code",
            "550",
            "The same for mailboxes.",
            "RFC 5321, 4.2.3",
        ),
    )


def _clients(system: System, host: Host) -> tuple[Setting, ...]:
    if not takes_from_hosts_alone(host) or len(system.hosts) == 1:
        return (
            Setting(
                "smtpd_client_restrictions",
                "",
                "Anybody may bring mail for our users.",
                "SMTPD_ACCESS_README",
            ),
        )
    return (
        Setting(
            "smtpd_client_restrictions",
            f"check_client_access cidr:{folder(host)}/own_hosts, reject",
            "This host stores mail that other hosts of the spec receive: only they may bring it.",
            "SMTPD_ACCESS_README",
        ),
    )
