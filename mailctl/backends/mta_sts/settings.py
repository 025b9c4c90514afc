"""mta-sts-daemon.yml(5): policies are kept as long as they hold, and for Postfix of this host."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.backends.base import Setting
from mailctl.backends.mta_sts.places import HOST, PORT


@dataclass(frozen=True, slots=True)
class Block:
    """The settings of one mapping of the file, which is found below the keys of `path`."""

    path: tuple[str, ...]
    settings: tuple[Setting, ...]


def blocks() -> tuple[Block, ...]:
    """All of mta-sts-daemon.yml, in the order of the file: a mapping comes before those in it."""
    return (
        Block((), _clients()),
        Block(("cache",), _cache()),
        Block(("cache", "options"), _database()),
        Block(("proactive_policy_fetching",), _refreshing()),
        Block(("default_zone",), _policies()),
    )


def _clients() -> tuple[Setting, ...]:
    return (
        Setting(
            "host",
            HOST,
            "Postfix of this host asks, and nobody from elsewhere.",
            "mta-sts-daemon.yml(5)",
        ),
        Setting(
            "port",
            str(PORT),
            "Postfix's smtp_tls_policy_maps names it.",
            "mta-sts-daemon.yml(5)",
        ),
    )


def _cache() -> tuple[Setting, ...]:
    return (
        Setting(
            "type",
            "sqlite",
            "On disk: a policy holds for weeks, and who keeps us from fetching it again gains "
            "nothing by a reboot.",
            "RFC 8461, 3.3 and 10.2",
        ),
    )


def _database() -> tuple[Setting, ...]:
    return (
        Setting(
            "filename",
            "/var/lib/mta-sts/cache.db",
            "The one folder that Debian's unit lets the daemon write to.",
            "systemd.exec(5), ProtectSystem",
        ),
    )


def _refreshing() -> tuple[Setting, ...]:
    return (
        Setting(
            "enabled",
            "true",
            "Policies are fetched again before they expire, also of receivers who seldom get mail.",
            "RFC 8461, 3.3",
        ),
        Setting(
            "interval",
            "86400",
            "Once a day, in seconds.",
            "RFC 8461, 3.3",
        ),
    )


def _policies() -> tuple[Setting, ...]:
    return (
        Setting(
            "strict_testing",
            "false",
            "Who only tries a policy out gets mail in any case.",
            "RFC 8461, 5",
        ),
        Setting(
            "require_sni",
            "true",
            "Receivers with several certificates are told which of their names is meant.",
            "RFC 8461, 7.1",
        ),
        Setting(
            "timeout",
            "10",
            "Seconds for an answer of DNS, and again for the policy. Without either the receiver "
            "counts as one without a policy, unless one is known.",
            "RFC 8461, 3.3",
        ),
    )
