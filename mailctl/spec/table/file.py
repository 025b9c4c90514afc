"""A spec file as a whole: its sections."""

from __future__ import annotations

from mailctl.spec.kinds import Count, Kind, Text
from mailctl.spec.names import address, domain_name, mailbox
from mailctl.spec.shapes import Key, ListOf, Named, Record
from mailctl.spec.table.domains import DOMAIN
from mailctl.spec.table.hosts import FILE, HOST, HOST_NAME
from mailctl.spec.table.policies import POLICY, POLICY_NAME
from mailctl.spec.table.users import ALIAS_TARGETS, USER

VERSION = 1

SECTIONS: dict[str, Named] = {
    "hosts": Named(HOST_NAME, HOST),
    "policies": Named(POLICY_NAME, POLICY),
    "domains": Named(Text("a domain name", domain_name), DOMAIN),
    "users": Named(Text("an address", mailbox), USER),
    "aliases": Named(Text("an address", address), ALIAS_TARGETS),
}
"""The mappings that files may share out among them by `include:`, in the order of reading."""

_DOCS = {
    "hosts": "the machines",
    "policies": "settings under a name; `default` holds where nothing else is said",
    "domains": "what mail is received for",
    "users": "who logs in; each has a mailbox unless `send_only`",
    "aliases": "addresses with no mailbox behind them, and where their mail goes",
}

VERSION_KIND: Kind = Count(VERSION, VERSION)
INCLUDE_KIND: Kind = ListOf(FILE, single=True)

FILE_KEYS: dict[str, Key] = {
    "mailctl": Key(VERSION_KIND, "the version of this language, in the first file", example="1"),
    "include": Key(INCLUDE_KIND, "further files, relative to this one; they may hold the sections "
                   "below and `include:`", "none", "[users.yaml]"),
    **{name: Key(kind, _DOCS[name]) for name, kind in SECTIONS.items()},
}  # fmt: skip
FILE_RECORD = Record("a spec file", FILE_KEYS)
