"""Rules on domains, users and aliases: who receives, who sends, and where mail is passed on."""

from __future__ import annotations

from mailctl.model.rules.catalogue.rule import firm, warns

DOMAINS = (
    firm("long-name", "a name of more than 253 characters has no record: servers refuse the zone, "
         "and receivers find nothing", "RFC 1035, 2.3.4"),
    firm("probe-domain", "after each switch the host writes to itself as probe@"
         "mailctl-probe.invalid, and mail of others to that domain would be refused",
         "docs/hosts.md; RFC 6761, 6.4"),
    warns("no-postmaster", "nobody reads postmaster@, where other hosts report that their mail "
          "does not arrive", "RFC 5321, 4.5.1; RFC 2142, 5"),
    warns("no-abuse", "nobody reads abuse@, where others complain before they list a domain or a "
          "host as a source of spam", "RFC 2142, 4"),
    warns("catch-all-foreign", "all spam that guesses at addresses is sent on, and the receiver "
          "takes this host for its source",
          "RFC 5321, 3.9.1; M3AAWG, Email Forwarding Best Practices"),
    firm("catch-all-nowhere", "mail to unknown addresses would be accepted and then bounced, to "
         "senders that are mostly forged", "RFC 5321, 6.1"),
    firm("store-ambiguous", "several hosts could keep the domain's mailboxes, and its mail would "
         "be spread over them", "docs/spec.md, domains"),
    firm("no-store", "no host keeps the domain's mailboxes, so there is nowhere to deliver",
         "docs/spec.md, domains"),
    firm("not-a-store", "the host has no mailboxes, so there is nowhere to deliver",
         "docs/spec.md, domains"),
    firm("no-mx", "no host receives for the domain, so all mail to it is returned",
         "RFC 5321, 5.1"),
    firm("not-an-mx", "the host does not take mail from the world, so senders find nobody there",
         "RFC 5321, 5.1"),
    firm("duplicate-mx", "a second MX record of one host means nothing, where another host was "
         "meant", "RFC 5321, 5.1"),
    firm("no-submission", "the domain's users have no host to send by", "RFC 6409, 3"),
    firm("parked-domain", "a parked domain says in DNS that it neither sends nor receives, so "
         "the mail of its users, addresses and senders is refused everywhere",
         "RFC 7505, 4; RFC 7208, 10.1.2"),
    firm("unknown-domain", "Postfix receives for the domains of the spec only and refuses mail to "
         "any other", "postconf(5), reject_unauth_destination"),
    firm("unknown-policy", "the settings of a policy that is not there would silently be the "
         "built-in ones", "docs/spec.md, policies"),
    firm("delimiter-differs", "Postfix and Dovecot have one delimiter for the whole host, so "
         "subaddresses of one of the domains would not be found",
         "postconf(5), recipient_delimiter"),
    firm("postfix-delimiter", "Postfix reads the character as the beginning of a comment or of a "
         "group, so subaddresses would not be found", "postconf(5), recipient_delimiter"),
)  # fmt: skip

USERS = (
    warns("forward-without-srs", "mail that is forwarded out of the spec keeps its envelope "
          "sender, fails SPF there and lives by its DKIM signature alone", "RFC 7208, D.2; "
          "RFC 7960, 3.2.1"),
    firm("forward-to-self", "mail that a user forwards to an own address, alias or subaddress "
         "goes in a circle until it is bounced", "RFC 5321, 6.3"),
    firm("delimiter-in-user", "mail to a user whose name holds the delimiter would go to another "
         "user, whose name is what stands before it", "RFC 5233, 4"),
    firm("send-only", "a user who only sends has no mailbox, so a forward or a script would never "
         "run", "docs/spec.md, users"),
    firm("foreign-send-as", "mail in the name of a domain that is not in the spec is not signed "
         "for it and fails its SPF and DMARC", "RFC 9989, 4.4"),
    firm("clear-password", "a password in the spec is read by everybody who sees the spec, and "
         "spam is sent by it", "docs/spec.md, users"),
    firm("password-source", "with none or several sources of a password it is open who logs in",
         "docs/spec.md, users"),
    firm("bad-password", "the user could not log in", "docs/spec.md, users"),
    firm("bad-hash", "a hash that Dovecot does not know, or that is too weak to keep, lets nobody "
         "in or everybody", "doveadm-pw(1)"),
    firm("missing-secret", "the user could not log in, or no certificate would come: the file of "
         "the password, or of the key, is not there", "docs/spec.md, users"),
    firm("missing-sieve", "mail would be filed without the script that is named and not there",
         "docs/spec.md, users"),
    firm("sieve", "a script that breaks the grammar, or uses what it does not require, never "
         "runs, and all mail stays in INBOX", "RFC 5228, 2.10.5, 2.10.6 and 3.2"),
)  # fmt: skip

ADDRESSES = (
    warns("send-only-target", "all whom the alias leads to only send, so mail to it is refused",
          "docs/spec.md, aliases"),
    firm("two-owners", "mail to an address with two owners would go to one of them, which one "
         "nobody could tell", "docs/spec.md, aliases"),
    firm("dangling-target", "mail that is passed on to one of our addresses which is not there, "
         "is parked or only sends would be bounced, to senders that are mostly forged",
         "RFC 5321, 6.1"),
    firm("alias-loop", "mail in a circle is delivered again and again, even where everybody keeps "
         "a copy, until its hop count bounces it", "RFC 5321, 6.3"),
    firm("bad-address", "an address that mail servers read differently, or not at all, gets no "
         "mail or another's", "RFC 5321, 4.1.2 and 4.5.3.1"),
    firm("bad-domain", "a name that is none in DNS cannot get mail",
         "RFC 1035, 2.3; RFC 5890, 2.3"),
    firm("bad-delimiter", "subaddresses would not be told from users", "RFC 5233, 4"),
    firm("postfix-key", "Postfix would read the address as a comment or as two words of its table, "
         "and refuse mail to it", "postmap(1)"),
)  # fmt: skip
