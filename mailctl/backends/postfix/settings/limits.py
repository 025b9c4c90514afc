"""How much, how fast and how wrong a client may be. Postfix's own rates are unlimited."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.postfix.section import Section
from mailctl.model.host import Host
from mailctl.model.system import System


def section(system: System, host: Host) -> Section:
    """Sizes and rates from the spec's `limits`; the rest are fixed."""
    return Section("Limits", (*_sizes(host), *_rates(system, host), *_errors()))


def other_hosts(system: System, host: Host) -> tuple[str, ...]:
    """The addresses of the spec's other hosts, in brackets where Postfix wants them."""
    return tuple(
        f"[{address}]" if address.version == 6 else str(address)
        for other in system.hosts.values()
        if other.name != host.name
        for address in other.addresses
    )


def _sizes(host: Host) -> tuple[Setting, ...]:
    return (
        Setting(
            "message_size_limit",
            str(host.limits.message_size),
            "The spec's limits.message_size in bytes; EHLO announces it.",
            "RFC 1870",
        ),
        Setting(
            "mailbox_size_limit",
            "0",
            "Dovecot holds the quotas; a limit here could only contradict them.",
            "postconf(5)",
        ),
        Setting(
            "virtual_mailbox_limit",
            "0",
            "The same for virtual(8), and never below the size of a message.",
            "postconf(5)",
        ),
    )


def _rates(system: System, host: Host) -> tuple[Setting, ...]:
    own = ", ".join(("$mynetworks", *other_hosts(system, host)))
    return (
        Setting(
            "anvil_rate_time_unit",
            "60s",
            "All rates below are for a minute.",
            "anvil(8)",
        ),
        Setting(
            "smtpd_client_connection_rate_limit",
            str(host.limits.connections),
            "The spec's limits.connections: new connections of one address.",
            "TUNING_README",
        ),
        Setting(
            "smtpd_client_message_rate_limit",
            str(host.limits.messages),
            "The spec's limits.messages: messages of one address, on port 25.",
            "TUNING_README",
        ),
        Setting(
            "smtpd_client_event_limit_exceptions",
            own,
            "This host, and the other hosts of the spec, which bring everybody's mail.",
            "postconf(5)",
        ),
    )


def _errors() -> tuple[Setting, ...]:
    return (
        Setting(
            "smtpd_soft_error_limit",
            "5",
            "After so many mistakes every answer is slow ...",
            "TUNING_README",
        ),
        Setting(
            "smtpd_hard_error_limit",
            "10",
            "... and after so many the connection is closed: somebody is guessing addresses.",
            "TUNING_README",
        ),
        Setting(
            "smtpd_recipient_limit",
            "1000",
            "Recipients of one message; the standard wants 100 at least.",
            "RFC 5321, 4.5.3.1.8",
        ),
    )
