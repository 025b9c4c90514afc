"""Who the host is: its names, its addresses, and that no mail is for Unix accounts."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.postfix.section import Section, folder
from mailctl.model.host import Host


def section(host: Host) -> Section:
    """The host's names and addresses. No value here comes from the machine itself."""
    return Section("The host", (*_names(host), *_addresses(host), *_local()))


def _names(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "compatibility_level",
            "3.6",
            "The defaults of Postfix 3.6, whatever the distribution says: at 0, which Debian 12 "
            "ships, smtpd_relay_restrictions would be empty by default.",
            "COMPATIBILITY_README",
        ),
        *_meta(host),
        Setting(
            "myhostname",
            host.fqdn,
            "The host's fqdn in the spec: it greets with this name, and certificate, MX and PTR "
            "carry it.",
            "postconf(5)",
        ),
        Setting(
            "mydomain",
            "$myhostname",
            "By default the name without its first label, which may be somebody else's domain.",
            "postconf(5)",
        ),
        Setting(
            "myorigin",
            "$myhostname",
            "Mail of the system itself (cron, bounces) comes from the host's own name.",
            "postconf(5)",
        ),
        Setting(
            "smtpd_banner",
            "$myhostname ESMTP",
            "The greeting tells the name, as the standard wants, and no product or version.",
            "RFC 5321, 4.3.1",
        ),
        Setting(
            "smtp_helo_name",
            "$myhostname",
            "Receivers look this name up and compare it with the PTR record and SPF.",
            "RFC 5321, 4.1.1.1; RFC 7208, 2.3",
        ),
        Setting(
            "append_dot_mydomain",
            "no",
            "An unqualified domain is the mail client's fault; guessing at it misdelivers.",
            "postconf(5)",
        ),
    )


def _meta(host: Host) -> tuple[Setting, ...]:
    if host.platform.is_nixos:
        return ()  # both lists are in the package there
    return (
        Setting(
            "meta_directory",
            folder(host),
            "The list of table types and that of Postfix's own folders stand beside this file: "
            "`postfix check` looks at one folder, and warns of links in it, as in /etc/postfix.",
            "postconf(5)",
        ),
    )


def _addresses(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "inet_interfaces",
            "all",
            "The spec's addresses may be a router's that forwards to this host.",
            "postconf(5)",
        ),
        Setting(
            "inet_protocols",
            protocols(host),
            "The families of the addresses that the spec gives to the host: mail is not sent "
            "over one for which it has neither PTR record nor SPF.",
            "postconf(5)",
        ),
        Setting(
            "proxy_interfaces",
            ", ".join(map(str, host.addresses)),
            "The host's own addresses, also where a router carries them: mail must not loop "
            "through them.",
            "postconf(5)",
        ),
        Setting(
            "mynetworks",
            "127.0.0.0/8, [::1]/128",
            "Only this host itself. A wide list would be an open relay for whoever gets into "
            "it, and would escape the limits below.",
            "postconf(5)",
        ),
        Setting(
            "parent_domain_matches_subdomains",
            "",
            "A domain in a table means that domain, not whatever lies below it.",
            "postconf(5)",
        ),
    )


def _local() -> tuple[Setting, ...]:
    return (
        Setting(
            "mydestination",
            "",
            "No mail is delivered to Unix accounts: a domain listed here would be one whose "
            "every account receives. The system's own mail goes through virtual_alias_maps.",
            "VIRTUAL_README",
        ),
        Setting(
            "local_transport",
            "error:5.1.1 no mail is delivered to the accounts of this host",
            "What is left for local delivery is mail to user@[address of this host]; it is "
            "refused when it is offered.",
            "error(8)",
        ),
        Setting(
            "alias_maps",
            "",
            "There is no local delivery that could read /etc/aliases.",
            "local(8)",
        ),
        Setting(
            "alias_database",
            "",
            "Nothing for newaliases(1) to build.",
            "postconf(5)",
        ),
        Setting(
            "biff",
            "no",
            "Nobody waits at a terminal for mail.",
            "postconf(5)",
        ),
    )


def protocols(host: Host) -> str:
    """The value of inet_protocols: `ipv4`, `ipv6`, or `all` for both families."""
    versions = {address.version for address in host.addresses}
    return f"ipv{versions.pop()}" if len(versions) == 1 else "all"
