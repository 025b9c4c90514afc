"""The subaddress policy of a domain as a Sieve script (RFC 5233).

Mail to `user+detail@domain` goes to the folder INBOX.detail, in lower case. In mode `create` a
missing folder is made and the user is told by mail (RFC 5436); in mode `existing` the mail
stays in INBOX.

Plain Sieve cannot count folders. What bounds them is the `duplicate` test (RFC 7352): each
new folder marks one of `limit` numbers as seen, which is remembered for ten years; the test
marks only when the whole delivery has succeeded.
"""

from __future__ import annotations

from mailctl.backends.sieve.placement import subaddress_file
from mailctl.bundle import Artefact
from mailctl.model.domain import Domain
from mailctl.model.settings import SubaddressFolders
from mailctl.render.environment import render
from mailctl.render.sieve import FILTERS

SAFE_DETAIL = "^[a-z0-9_=+-]+(\\.[a-z0-9_=+-]+)*$"
LONGEST_DETAIL = 64
"""The longest local part that SMTP promises to carry (RFC 5321, 4.5.3.1.1)."""
MEMORY = 10 * 365 * 24 * 3600
"""Seconds for which a number stays taken."""


def subaddress_script(domain: Domain) -> Artefact:
    """The generated script of one domain; never asked for in mode `ignore`."""
    policy = domain.policy.subaddress
    creates = policy.folders is SubaddressFolders.CREATE and policy.limit > 0
    content = render(
        "sieve/subaddress.sieve",
        FILTERS,
        opening=f"Mail to user{policy.delimiter}detail@{domain.name} goes to INBOX.detail: the "
        f"domain's `subaddress: {{folders: {policy.folders.value}}}`. Made by mailctl from its "
        "spec: change the spec, not this file.",
        creates=creates,
        safe_detail=SAFE_DETAIL,
        longest=LONGEST_DETAIL,
        numbers=range(1, policy.limit + 1),
        memory=MEMORY,
    )
    return Artefact(subaddress_file(domain.name), content)
