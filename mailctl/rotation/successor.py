"""What the next key of a domain is called, and of which kind it may be."""

from __future__ import annotations

import re
from collections.abc import Collection

from mailctl.errors import MailctlError
from mailctl.model.names import DomainName
from mailctl.model.settings import KeyKind
from mailctl.rotation.desk import Desk

_LONGEST = 63
_LONGEST_NAME = 253
_COUNTED = re.compile(r"(.*?)([0-9]*)")


def next_selector(present: str, known: Collection[str]) -> str:
    """The trailing number plus one, s1 to s2 and mail to mail2, until nobody has used it.

    Raises MailctlError when that becomes too long for a label of DNS.
    """
    match = _COUNTED.fullmatch(present)
    if match is None:
        raise AssertionError("every text has a trailing number, be it empty")
    stem, digits = match.groups()
    number = int(digits) if digits else 1
    while True:
        number += 1
        name = f"{stem}{number:0{len(digits)}d}" if digits else f"{stem}{number}"
        if len(name) > _LONGEST:
            raise MailctlError(f"no selector follows {present}", "name one: --selector NAME")
        if name not in known:
            return name


def refuse_long_name(domain: DomainName, selector: str) -> None:
    """Raise MailctlError when the record's name would be longer than RFC 1035, 2.3.4 has it."""
    length = len(f"{selector}._domainkey.{domain}")
    if length > _LONGEST_NAME:
        raise MailctlError(
            f"{domain}: the name of the record of {selector} would have {length} characters;"
            f" {_LONGEST_NAME} are legal",
            "name a shorter one: --selector NAME",
        )


def refuse_mixed_kinds(desk: Desk, domain: DomainName, kind: KeyKind) -> None:
    """OpenDKIM has one SignatureAlgorithm a host: raise MailctlError when the domain's new key
    would be of another one than the keys of a host's other domains."""
    modern = kind is KeyKind.ED25519
    for host in desk.hosts_of(domain):
        for name in desk.signers[host]:
            other = desk.kinds[name]
            if name != domain and (other is KeyKind.ED25519) != modern:
                raise MailctlError(
                    f"{domain}: host {host} cannot sign with {kind.value} here and with "
                    f"{other.value} for {name}: OpenDKIM has one algorithm for all keys",
                    f"make a key of the same algorithm: --key {other.value}",
                )
