"""The queue: how long mail is tried, what its sender and the postmaster hear of it."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.postfix.section import Section
from mailctl.model.host import Host


def section(host: Host) -> Section:
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
            _table_type(host),
        ),
    )


def _table_type(host: Host) -> Setting:
    kind = host.platform.places.table_type
    because, source = _TABLE_TYPES[kind]
    return Setting("default_database_type", kind, because, source)


_TABLE_TYPES = {
    "lmdb": ("Berkeley DB is leaving the distributions.", "lmdb_table(5)"),
    "hash": ("What services.postfix.mapFiles compiles, under this name.", "DATABASE_README"),
}
