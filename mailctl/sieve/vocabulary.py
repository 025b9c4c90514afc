"""What a script may use: capabilities, and which of them brings which command or test.

Source: `managesieve_sieve_capability` of Pigeonhole 0.5.19 and 2.4.1, which is the same list;
the RFCs are named where the words come from.
"""

from __future__ import annotations

CAPABILITIES = frozenset(
    (
        *("fileinto", "reject", "envelope", "encoded-character"),  # RFC 5228, 5429
        *("vacation", "subaddress", "relational", "regex"),  # RFC 5230, 5233, 5231
        *("comparator-i;ascii-numeric", "comparator-i;octet", "comparator-i;ascii-casemap"),
        *("imap4flags", "copy", "include", "body", "variables"),  # RFC 5232, 3894, 6609, 5173, 5229
        *("enotify", "environment", "mailbox", "date", "index"),  # RFC 5435, 5183, 5490, 5260
        *("ihave", "duplicate", "mime", "foreverypart", "extracttext"),  # RFC 5463, 7352, 5703
    )
)

COMMANDS: dict[str, str] = {
    **dict.fromkeys(("require", "if", "elsif", "else", "stop", "keep", "discard", "redirect"), ""),
    "fileinto": "fileinto",
    "reject": "reject",
    "vacation": "vacation",
    **dict.fromkeys(("setflag", "addflag", "removeflag"), "imap4flags"),
    **dict.fromkeys(("include", "return", "global"), "include"),
    "set": "variables",
    "notify": "enotify",
    "error": "ihave",
    **dict.fromkeys(("foreverypart", "break"), "foreverypart"),
    "extracttext": "extracttext",
}
"""Commands, and the capability that must be required for each."""

TESTS: dict[str, str] = {
    **dict.fromkeys(("address", "allof", "anyof", "exists", "false", "header", "not"), ""),
    **dict.fromkeys(("size", "true"), ""),
    "envelope": "envelope",
    "hasflag": "imap4flags",
    "body": "body",
    "string": "variables",
    **dict.fromkeys(("valid_notify_method", "notify_method_capability"), "enotify"),
    "environment": "environment",
    "mailboxexists": "mailbox",
    **dict.fromkeys(("date", "currentdate"), "date"),
    "ihave": "ihave",
    "duplicate": "duplicate",
}
"""Tests, and the capability that must be required for each."""

TAGS: dict[str, str] = {
    ":copy": "copy",
    ":create": "mailbox",
    ":flags": "imap4flags",
    ":regex": "regex",
    **dict.fromkeys((":count", ":value"), "relational"),
    **dict.fromkeys((":user", ":detail"), "subaddress"),
}
"""Tags that only one capability brings, whatever command or test they stand at."""

WITH_BLOCK = frozenset(("if", "elsif", "else", "foreverypart"))
"""Commands that end in a block, where all others end in a semicolon."""

ONE_TEST = frozenset(("if", "elsif", "not"))
SEVERAL_TESTS = frozenset(("allof", "anyof"))
"""What takes tests; nothing else does."""
