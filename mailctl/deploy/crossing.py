"""What changes when a host has moved to another release under its configuration, and why.

Data, by the pair of platforms: the plan shows it, so that whoever applies after an upgrade of the
system knows what apply does and what stays. Measured on hosts that were upgraded as Debian's
release notes say; for Dovecot see doc.dovecot.org, "Upgrading Dovecot from 2.3 to 2.4".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that the plan's reader should know, and the reason."""

    what: str
    because: str


def notes(former: str, wanted: str) -> tuple[Note, ...]:
    """What is to be known of a move between two platforms; nothing where there was none."""
    return () if former == wanted else CROSSINGS.get((former, wanted), ())


CROSSINGS: dict[tuple[str, str], tuple[Note, ...]] = {
    ("debian-12", "debian-13"): (
        Note(
            "Dovecot is down until this is applied; mail waits in the queue and with its senders",
            "Dovecot 2.4 refuses a file in the language of 2.3",
        ),
        Note(
            "dovecot.conf is written in the language of Dovecot 2.4",
            "its first line must be dovecot_config_version, and most names are other ones",
        ),
        Note(
            "the users' lines change, their passwords do not",
            "2.4 calls a quota quota_storage_size; the hashes are the same",
        ),
        Note(
            "dovecot-core may have to be installed again",
            "its package restarts Dovecot at the end of the upgrade, which fails with the old "
            "file, and so apt-get ends with an error; its next run sets that right",
        ),
        Note(
            "/etc/postfix/main.cf may have to be linked again",
            "Postfix' package edits it in the upgrade, and so puts a file in the link's place; "
            "that file is kept in /var/lib/mailctl/generations/0/replaced",
        ),
        Note(
            "submission loses its header checks",
            "Postfix 3.10 hides by itself where users sit (smtpd_hide_client_session)",
        ),
        Note(
            "postfix@-.service gives way to postfix.service",
            "Debian 13 runs Postfix in a single unit",
        ),
        Note(
            "no package is renamed or taken away",
            "both releases call what the spec needs by the same names",
        ),
        Note(
            "mail stays: messages, flags, folders, subscriptions, numbers (UIDs), quota, and the "
            "memory of vacations and duplicates",
            "2.4 reads the Maildir and the indexes of 2.3 as they are",
        ),
        Note(
            "Sieve scripts stay, the spec's and those of the users; the active ones stay active",
            "the language is the same; what was compiled is compiled anew at the next message",
        ),
        Note("the queue stays", "Postfix 3.10 reads the queue of 3.7"),
        Note(
            "there is no way back to generations that were made for debian-12",
            "the daemons that read them are gone; they are kept to be looked at",
        ),
    ),
}
