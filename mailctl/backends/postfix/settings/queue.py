"""The queue: how long mail is tried, what its sender and the postmaster hear of it."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.postfix.section import Section


def section() -> Section:
    """Times and notices."""
    return Section(
        "The queue",
        (
            Setting(
                "maximal_queue_lifetime",
                "5d",
                "Then the sender hears that it failed.",
                "RFC 5321, 4.5.4.1",
            ),
            Setting(
                "bounce_queue_lifetime",
                "5d",
                "The same for notices of failure.",
                "RFC 5321, 4.5.4.1",
            ),
            Setting(
                "delay_warning_time",
                "4h",
                "After so long the sender hears that the message still waits.",
                "postconf(5)",
            ),
            Setting(
                "bounce_size_limit",
                "50000",
                "So much of the message, in bytes, comes back with a notice.",
                "postconf(5)",
            ),
            Setting(
                "notify_classes",
                "resource, software",
                "The postmaster hears of full disks and broken programs, not of every refusal.",
                "postconf(5)",
            ),
            Setting(
                "default_database_type",
                "lmdb",
                "Berkeley DB is leaving the distributions.",
                "lmdb_table(5)",
            ),
        ),
    )
