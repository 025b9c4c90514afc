"""What the lines of Postfix's tables are, for plans that count them."""

from __future__ import annotations

from mailctl.bundle import Entries

ENTRIES = (
    Entries("postfix/own_names", "name of its own", "names of its own"),
    Entries("postfix/virtual_aliases", "alias", "aliases"),
    Entries("postfix/refused_recipients", "refused recipient", "refused recipients"),
    Entries("postfix/undeliverable", "own domain", "own domains"),
    Entries("postfix/mailbox_domains", "domain", "domains", guarded=True),
    Entries("postfix/mailboxes", "mailbox", "mailboxes", guarded=True),
    Entries("postfix/relay_domains", "domain", "domains", guarded=True),
    Entries("postfix/relay_recipients", "relayed recipient", "relayed recipients", guarded=True),
    Entries("postfix/transports", "transport", "transports"),
    Entries("postfix/sender_owners", "sender", "senders"),
)
"""All that `maps.tables()` may make, on one host or another."""
