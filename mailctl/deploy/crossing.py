"""What changes when a host has moved to another release under its configuration, and why.

Data, by the pair of platforms: the plan shows it, so that whoever applies after an upgrade of the
system knows what apply does and what stays. Each line was seen on hosts that were upgraded; for
Dovecot see doc.dovecot.org, "Upgrading Dovecot from 2.3 to 2.4".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that the plan's reader should know, and the reason; said only where the plan
    changes one of the subjects `about`, always where there are none."""

    what: str
    because: str
    about: frozenset[str] = frozenset()


def notes(former: str, wanted: str, subjects: Iterable[str]) -> tuple[Note, ...]:
    """What is to be known of a move between two platforms, of a plan that changes `subjects`."""
    changed = frozenset(subjects)
    return tuple(
        note
        for note in CROSSINGS.get((former, wanted), ())
        if not note.about or note.about & changed
    )


CROSSINGS: dict[tuple[str, str], tuple[Note, ...]] = {
    ("debian-12", "debian-13"): (
        Note(
            "Dovecot is down until this is applied; mail waits in the queue, and "
            "postqueue -f sends it on afterwards",
            "Dovecot 2.4 refuses a file in the language of 2.3",
            frozenset({"dovecot/dovecot.conf"}),
        ),
        Note(
            "the users' lines change, their passwords do not",
            "2.4 calls a quota quota_storage_size; the hashes are the same",
            frozenset({"dovecot/users"}),
        ),
        Note(
            "dovecot-core is installed to its end",
            "its package restarts Dovecot at the end of the upgrade, which fails with the old file",
            frozenset({"dovecot-core"}),
        ),
        Note(
            "/etc/postfix/main.cf is linked again",
            "Postfix' package edits it in the upgrade, and so puts a file in the link's place",
            frozenset({"/etc/postfix/main.cf"}),
        ),
        Note(
            "submission loses its header checks",
            "Postfix 3.10 hides by itself where users sit (smtpd_hide_client_session)",
            frozenset({"postfix/submission_header_checks"}),
        ),
        Note(
            "postfix@-.service gives way to postfix.service",
            "Debian 13 runs Postfix in a single unit",
            frozenset({"postfix@-.service"}),
        ),
        Note(
            "mail stays: messages, flags, folders, subscriptions, numbers (UIDs) and the queue",
            "2.4 reads the Maildir and the indexes of 2.3 as they are, Postfix 3.10 the queue",
        ),
        Note(
            "Sieve scripts stay, the spec's and those of the users; the active ones stay active",
            "the language is the same; what was compiled is compiled anew at the next message",
        ),
        Note(
            "there is no way back to generations that were made for debian-12",
            "the daemons that read them are gone",
        ),
    ),
}
