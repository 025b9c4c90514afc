"""Names of mail: domains and addresses, in the form that DNS and daemons use.

Domains are lower-case A-labels without the final dot (RFC 5890, RFC 1035); local parts are
lower-case, because Postfix folds the keys of its tables and Dovecot its user names.
"""

from __future__ import annotations

from typing import NamedTuple, NewType

DomainName = NewType("DomainName", str)


class Address(NamedTuple):
    """A mail address, both halves lower-case, the domain in A-labels (RFC 5321, 4.1.2)."""

    local: str
    domain: DomainName

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


class AnyAddressOf(NamedTuple):
    """The pattern `*@domain`: every address of a domain."""

    domain: DomainName

    def __str__(self) -> str:
        return f"*@{self.domain}"
