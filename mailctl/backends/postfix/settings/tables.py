"""Which domains and addresses the host receives for, and where their mail goes (virtual(5))."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.postfix.section import Section, table
from mailctl.model.delivery import delivery_of
from mailctl.model.host import Host
from mailctl.model.system import System
from mailctl.render.postfix import literal

_EXPANSION_LIMIT = 1000
"""Postfix's own default for virtual_alias_expansion_limit and _recursion_limit."""


def section(system: System, host: Host) -> Section:
    """Tables that the host has a use for, and none besides."""
    settings = [*_virtual(system, host)]
    if system.stored_on(host):
        settings += _mailboxes(host)
    if system.relayed_by(host):
        settings += _relayed(host)
    return Section("Domains, addresses and where their mail goes", tuple(settings))


def delimiters(system: System, host: Host) -> str:
    """The subaddress delimiters of the domains that the host receives for, without repeats."""
    domains = (*system.stored_on(host), *system.relayed_by(host)) or tuple(system.domains.values())
    return "".join(
        dict.fromkeys(domain.policy.subaddress.delimiter for domain in domains if not domain.parked)
    )


def _virtual(system: System, host: Host) -> tuple[Setting, ...]:
    widest = max(_EXPANSION_LIMIT, delivery_of(system).widest_expansion + 1)
    return (
        Setting(
            "recipient_delimiter",
            literal(delimiters(system, host)),
            "user+detail@domain is user@domain's mail: the spec's subaddress delimiters.",
            "RFC 5233",
        ),
        Setting(
            "virtual_alias_domains",
            table(host, "own_names"),
            "The host's own names, as far as they are no mail domain: only the addresses that "
            "virtual_alias_maps lists exist there.",
            "ADDRESS_CLASS_README",
        ),
        Setting(
            "virtual_alias_maps",
            table(host, "virtual_aliases"),
            "Users' aliases, alias addresses, forwards, catch-alls, and the system's own mail. "
            "In a domain with a catch-all every address stands here, so that none is caught.",
            "virtual(5)",
        ),
        Setting(
            "virtual_alias_expansion_limit",
            str(widest),
            "The widest alias of the spec fits: beyond the limit mail would be deferred.",
            "postconf(5)",
        ),
        Setting(
            "virtual_alias_recursion_limit",
            str(widest),
            "The same for aliases of aliases.",
            "postconf(5)",
        ),
    )


def _mailboxes(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "virtual_mailbox_domains",
            table(host, "mailbox_domains"),
            "The domains whose mailboxes this host keeps.",
            "VIRTUAL_README",
        ),
        Setting(
            "virtual_mailbox_maps",
            table(host, "mailboxes"),
            "The mailboxes: anybody else is refused while the sender is still there, instead "
            "of being sent a bounce later.",
            "ADDRESS_CLASS_README",
        ),
        Setting(
            "virtual_transport",
            "lmtp:unix:private/dovecot-lmtp",
            "Dovecot delivers: it knows quotas and Sieve scripts.",
            "lmtp(8); RFC 2033",
        ),
        Setting(
            "lmtp_destination_recipient_limit",
            "1",
            "Each recipient's copy travels alone, so that none learns of the others by a "
            "header, a Sieve script or an error text.",
            "postconf(5)",
        ),
    )


def _relayed(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "relay_domains",
            table(host, "relay_domains"),
            "The domains that this host receives for another host of the spec.",
            "STANDARD_CONFIGURATION_README",
        ),
        Setting(
            "relay_recipient_maps",
            table(host, "relay_recipients"),
            "Their addresses, so that unknown ones are refused here, at the edge.",
            "ADDRESS_CLASS_README",
        ),
        Setting(
            "transport_maps",
            table(host, "transports"),
            "Straight to the host that keeps the mailboxes, not by MX records, which point here.",
            "transport(5)",
        ),
    )
